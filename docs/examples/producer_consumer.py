# needs 3.13
import asyncio
import collections

# [jobs]
Job = collections.namedtuple('Job', 'name seconds')

async def produce(jobs, name, seconds):
    for i in range(1, 4):
        await jobs.put(Job(name + str(i), seconds))
        print('put %s%d' % (name, i))

async def work(jobs, number):
    try:
        while True:
            todo = await jobs.get()
            await asyncio.sleep(todo.seconds)
            print('%d did %s' % (number, todo.name))
            jobs.task_done()
    except asyncio.QueueShutDown:
        print('%d goes home' % number)

async def everything():
    jobs = asyncio.Queue(2)
    workers = [asyncio.create_task(work(jobs, 1)), asyncio.create_task(work(jobs, 2))]
    a = asyncio.create_task(produce(jobs, 'a', 1))
    b = asyncio.create_task(produce(jobs, 'b', 2.5))
    await a
    await b
    await jobs.join()
    jobs.shutdown()
    await asyncio.wait(workers)
# [/jobs]

async def main():
    start = asyncio.get_running_loop().time()
    await everything()
    print('after %g s' % round(asyncio.get_running_loop().time() - start, 1))

asyncio.run(main())
