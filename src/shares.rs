//! Work on many things at once, in shares side by side.

use std::mem;
use std::panic;
use std::thread;

/// Does the same with each share of some things, of so many things each, side by side; what came of the shares, in
/// their order. The last share is this thread's own.
///
/// # Panics
///
/// Where the work on a share does.
pub(crate) fn side_by_side<T: Send, R: Send>(
    things: Vec<T>,
    share: usize,
    work: impl Fn(Vec<T>) -> R + Sync,
) -> Vec<R> {
    let share = share.max(1);
    let (mut shares, mut rest) = (Vec::new(), things);
    while rest.len() > share {
        let more = rest.split_off(share);
        shares.push(mem::replace(&mut rest, more));
    }
    let work = &work;
    thread::scope(|scope| {
        let workers = shares.into_iter();
        let workers: Vec<_> = workers
            .map(|share| scope.spawn(move || work(share)))
            .collect();
        let last = work(rest);
        let firsts = workers.into_iter().map(|worker| {
            let ended = worker.join();
            ended.unwrap_or_else(|panic| panic::resume_unwind(panic))
        });
        firsts.chain([last]).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_of_shares_stands_in_their_order() {
        for (share, expected) in [
            (1, vec![vec![1], vec![2], vec![3], vec![4], vec![5]]),
            (2, vec![vec![1, 2], vec![3, 4], vec![5]]),
            (9, vec![vec![1, 2, 3, 4, 5]]),
        ] {
            let came = side_by_side(vec![1, 2, 3, 4, 5], share, |share| share);
            assert_eq!(came, expected);
        }
        let none = side_by_side(Vec::<u8>::new(), 0, |share| share.len());
        assert_eq!(none, [0]);
    }
}
