"""A TCP proxy on loopback that holds back what the client sends: a network with a latency of its own.

Usage: python slow_network.py HOST PORT SECONDS. It prints the port that it listens on, and runs until it
is ended. TLS passes through it, so that a handshake pays too. Every byte arrives SECONDS after it was
sent, whatever else is under way: connections, and requests on one connection, wait side by side.
"""

import asyncio
import contextlib
import sys

CHUNK = 1 << 16


async def main(host: str, port: int, seconds: float) -> None:
    """Serve until the process is ended."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            server_reader, server_writer = await asyncio.open_connection(host, port)
            await asyncio.gather(_pass_later(reader, server_writer, seconds), _pass_on(server_reader, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while chunk := await reader.read(CHUNK):
            writer.write(chunk)
            await writer.drain()
    writer.close()


async def _pass_later(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float) -> None:
    """In order; an empty chunk is the end."""
    under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
    clock = asyncio.get_running_loop().time

    async def deliver() -> None:
        while True:
            due, chunk = await under_way.get()
            await asyncio.sleep(due - clock())
            if not chunk:
                break
            writer.write(chunk)
            await writer.drain()
        writer.close()

    delivery = asyncio.create_task(deliver())
    chunk = b"-"
    while chunk:
        try:
            chunk = await reader.read(CHUNK)
        except ConnectionError:
            chunk = b""
        under_way.put_nowait((clock() + seconds, chunk))
    with contextlib.suppress(ConnectionError):
        await delivery


asyncio.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
