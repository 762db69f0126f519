// An echo server by Go's net, on one thread.
package main

import (
	"net"
	"os"
	"runtime"
)

func echo(c net.Conn) {
	defer c.Close()
	room := make([]byte, 65536)
	for {
		n, err := c.Read(room)
		if err != nil {
			return
		}
		if _, err = c.Write(room[:n]); err != nil {
			return
		}
	}
}

func main() {
	runtime.GOMAXPROCS(1)
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Args[1])
	if err != nil {
		panic(err)
	}
	for {
		c, err := listener.Accept()
		if err == nil {
			go echo(c)
		}
	}
}
