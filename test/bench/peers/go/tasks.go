package main

import (
	"runtime"
	"sync"
	"time"
)

// Each of os.Args[3] goroutines passes so often.
func switches(passes int) {
	tasks := argument(3, 1000)
	measure(tasks*passes, func() {
		var all sync.WaitGroup
		all.Add(tasks)
		for i := 0; i < tasks; i++ {
			go func() {
				for k := 0; k < passes; k++ {
					runtime.Gosched()
				}
				all.Done()
			}()
		}
		all.Wait()
	})
}

// Each goroutine sleeps once, for 0 to 1000 ms or for os.Args[3] ms.
func sleepers(tasks int) {
	same, random := argument(3, 0), uint32(12345)
	measure(tasks, func() {
		var all sync.WaitGroup
		all.Add(tasks)
		for i := 0; i < tasks; i++ {
			random = random*1664525 + 1013904223
			milliseconds := int((random >> 8) % 1001)
			if same > 0 {
				milliseconds = same
			}
			go func() {
				time.Sleep(time.Duration(milliseconds) * time.Millisecond)
				all.Done()
			}()
		}
		all.Wait()
	})
}

func lock(n int) {
	var l sync.Mutex
	held := 0
	measure(n, func() {
		for i := 0; i < n; i++ {
			l.Lock()
			held++
			l.Unlock()
		}
	})
}

// From one goroutine to another, through a channel with room for os.Args[3].
func queue(n int) {
	through := make(chan int, argument(3, 1))
	measure(n, func() {
		go func() {
			for i := 0; i < n; i++ {
				through <- i
			}
			close(through)
		}()
		for range through {
		}
	})
}

// A thousand goroutines that do nothing, again and again.
func gather(times int) {
	measure(1000*times, func() {
		for k := 0; k < times; k++ {
			var all sync.WaitGroup
			all.Add(1000)
			for i := 0; i < 1000; i++ {
				go all.Done()
			}
			all.Wait()
		}
	})
}

// Two goroutines, each bound to a thread.
func roundTrips(n int) {
	there, back := make(chan int), make(chan int)
	go func() {
		runtime.LockOSThread()
		for ball := range there {
			back <- ball
		}
	}()
	runtime.LockOSThread()
	measure(n, func() {
		for i := 0; i < n; i++ {
			there <- i
			<-back
		}
	})
}
