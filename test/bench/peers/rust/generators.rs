// The step of a generator: a gen block whose type is visible, or in a box.
use std::arch::asm;

fn count(n: i64) -> impl Iterator<Item = i64> {
    gen move {
        let mut i = 0;
        while i < n {
            yield i;
            i += 1;
        }
    }
}

#[inline(never)]
fn boxed(n: i64) -> Box<dyn Iterator<Item = i64>> {
    Box::new(count(n))
}

pub fn step(n: i64, is_boxed: bool) {
    let mut sum: i64 = 0;
    super::measure(n, || {
        if is_boxed {
            for value in boxed(n) {
                sum += value;
                unsafe { asm!("/* {0} */", inout(reg) sum) };
            }
        } else {
            for value in count(n) {
                sum += value;
                unsafe { asm!("/* {0} */", inout(reg) sum) };
            }
        }
    });
    assert_eq!(sum, n * (n - 1) / 2);
}
