"""Servers that write an answer byte by byte, for what no well-behaved server can be made to do."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Write = Callable[[bytes], object]


@contextmanager
def answering(answer: Callable[[Write], None], note: Write = lambda _: None) -> Iterator[str]:
    """Serve what `answer` writes to each request, then close the connection; gives the URL.

    `note` gets the first line of each request.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    stopped = threading.Event()

    def serve() -> None:
        while not stopped.is_set():
            with suppress(OSError):
                connection, _ = listener.accept()
                threading.Thread(target=answer_one, args=(connection,), daemon=True).start()

    def answer_one(connection: socket.socket) -> None:
        def write(data: bytes) -> None:
            if stopped.is_set():
                raise BrokenPipeError
            connection.sendall(data)

        with connection, suppress(OSError):
            request = connection.recv(65536)
            if request:
                note(request.partition(b"\r\n")[0])
                answer(write)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stopped.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def slowly(data: bytes) -> Callable[[Write], None]:
    """Write a byte every hundredth of a second."""

    def answer(write: Write) -> None:
        for byte in data:
            write(bytes([byte]))
            time.sleep(0.01)

    return answer


def at_once(data: bytes) -> Callable[[Write], None]:
    """Write everything in one go."""

    def answer(write: Write) -> None:
        write(data)

    return answer
