package main

import (
	"fmt"
	"net"
)

func init() { ways["echo"] = serve }

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

// An echo server by Go's net.
func serve(port int) {
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		panic(err)
	}
	for {
		if c, err := listener.Accept(); err == nil {
			go echo(c)
		}
	}
}
