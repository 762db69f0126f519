"""An echo server by asyncio's streams; with `uvloop` as the second argument, on that loop."""
import asyncio
import sys


async def echo(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()


async def serve():
    server = await asyncio.start_server(echo, '127.0.0.1', int(sys.argv[1]))
    await server.serve_forever()


if sys.argv[2:] == ['uvloop']:
    import uvloop
    uvloop.install()
asyncio.run(serve())
