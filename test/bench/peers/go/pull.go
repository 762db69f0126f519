//go:build go1.23

package main

import "iter"

type node struct {
	left, right *node
	value       int
}

func init() {
	ways["step"] = step
	ways["tree"] = tree
}

func count(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := 0; i < n; i++ {
			if !yield(i) {
				return
			}
		}
	}
}

func pull(items int, from iter.Seq[int]) {
	measure(items, func() {
		next, stop := iter.Pull(from)
		defer stop()
		sum := 0
		for value, more := next(); more; value, more = next() {
			sum += value
		}
	})
}

func step(n int) { pull(n, count(n)) }

func grow(from, to int) *node {
	if from == to {
		return nil
	}
	middle := from + (to-from)/2
	return &node{grow(from, middle), grow(middle+1, to), middle}
}

func (n *node) walk(yield func(int) bool) bool {
	return (n.left == nil || n.left.walk(yield)) && yield(n.value) && (n.right == nil || n.right.walk(yield))
}

// Walks a balanced tree of depth os.Args[4].
func tree(walks int) {
	size := 1<<argument(4, 20) - 1
	root := grow(0, size)
	pull(walks*size, func(yield func(int) bool) {
		for i := 0; i < walks; i++ {
			root.walk(yield)
		}
	})
}
