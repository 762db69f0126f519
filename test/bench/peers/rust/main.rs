// The benchmarks in Rust, with its standard library alone: main WAY SIZE [TASKS]. `step` needs gen blocks, which rustc has
// behind a feature: --cfg gen_blocks and RUSTC_BOOTSTRAP=1.
#![cfg_attr(gen_blocks, feature(gen_blocks))]

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};
use std::time::Instant;

/// Nanoseconds that this thread, the only one, has run.
fn cpu() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse().unwrap()
}

fn measure(items: i64, what: impl FnOnce()) {
    let (begin, began) = (cpu(), Instant::now());
    what();
    let spent = cpu() - begin;
    println!("RESULT items={} ns={} wall={} bytes=0", items, spent, began.elapsed().as_nanos());
}

#[cfg(gen_blocks)]
mod generators;

struct ToTheEnd(bool);
impl Future for ToTheEnd {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}

type Task = Pin<Box<dyn Future<Output = ()>>>;

#[inline(never)]
fn passing(passes: i64) -> Task {
    Box::pin(async move {
        for _ in 0..passes {
            ToTheEnd(false).await
        }
    })
}

fn no_waker() -> Waker {
    const TABLE: RawWakerVTable = RawWakerVTable::new(|_| RawWaker::new(std::ptr::null(), &TABLE), |_| (), |_| (), |_| ());
    unsafe { Waker::from_raw(RawWaker::new(std::ptr::null(), &TABLE)) }
}

fn switches(passes: i64, tasks: i64) {
    let mut ready: VecDeque<Task> = (0..tasks).map(|_| passing(passes)).collect();
    let waker = no_waker();
    let mut context = Context::from_waker(&waker);
    measure(tasks * passes, || {
        while let Some(mut task) = ready.pop_front() {
            if task.as_mut().poll(&mut context).is_pending() {
                ready.push_back(task);
            }
        }
    });
}

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let number = |which: usize| words.get(which).map_or(1000, |word| word.parse::<i64>().unwrap());
    match words.get(1).map(String::as_str) {
        Some("switches") => switches(number(2), number(3)),
        #[cfg(gen_blocks)]
        Some("boxed") => generators::step(number(2), true),
        #[cfg(gen_blocks)]
        Some("visible") => generators::step(number(2), false),
        _ => std::process::exit(2),
    }
}
