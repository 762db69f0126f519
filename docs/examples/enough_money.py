import asyncio

# [account]
class Account:
    def __init__(self):
        self.balance = 0
        self.changed = asyncio.Condition()

async def buy(a, price):
    async with a.changed:
        await a.changed.wait_for(lambda: a.balance >= price)
        a.balance -= price
        print('bought for %d, %d left' % (price, a.balance))

async def pay_in(a, sum):
    async with a.changed:
        a.balance += sum
        print('balance', a.balance)
        a.changed.notify_all()
# [/account]

async def main():
    a = Account()
    await asyncio.gather(buy(a, 50), buy(a, 20), *(pay_in(a, 20) for _ in range(4)))

asyncio.run(main())
