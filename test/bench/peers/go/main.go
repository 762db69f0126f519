// The benchmarks in Go, on one thread but for round_trips: go WAY SIZE [MORE].
package main

import (
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

func memory(key string) int64 {
	status, _ := os.ReadFile("/proc/self/status")
	found := regexp.MustCompile(key + `:\s+(\d+)`).FindSubmatch(status)
	kilobytes, _ := strconv.ParseInt(string(found[1]), 10, 64)
	return 1024 * kilobytes
}

func cpu() time.Duration {
	var used syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func measure(items int, what func()) {
	before, begin, began := memory("VmRSS"), cpu(), time.Now()
	what()
	spent, wall := cpu()-begin, time.Since(began)
	fmt.Printf("RESULT items=%d ns=%d wall=%d bytes=%d\n", items, spent.Nanoseconds(), wall.Nanoseconds(), memory("VmHWM")-before)
}

// The number in os.Args[which], or otherwise.
func argument(which, otherwise int) int {
	if len(os.Args) <= which {
		return otherwise
	}
	n, _ := strconv.Atoi(os.Args[which])
	return n
}

var ways = map[string]func(n int){
	"switches":    switches,
	"sleepers":    sleepers,
	"lock":        lock,
	"queue":       queue,
	"gather":      gather,
	"round_trips": roundTrips,
}

func main() {
	way, known := ways[os.Args[1]]
	if !known {
		fmt.Fprintln(os.Stderr, "no such way: "+os.Args[1])
		os.Exit(2)
	}
	if os.Args[1] != "round_trips" {
		runtime.GOMAXPROCS(1)
	}
	way(argument(2, 1000))
}
