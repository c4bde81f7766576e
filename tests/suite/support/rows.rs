//! Long tables of which each row is tried by itself.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// So many rows are tried at a time.
const AT_A_TIME: usize = 4;

/// Whether all rows are tried, as `SUITE_ROWS=all` says: `.ci/run` tries all, with an optimised program.
pub(crate) fn is_whole() -> bool {
    std::env::var_os("SUITE_ROWS").is_some_and(|rows| rows == "all")
}

/// One row of three, or all of them.
pub(crate) fn one_of_three<T>(rows: Vec<T>) -> Vec<T> {
    rows.into_iter()
        .step_by(if is_whole() { 1 } else { 3 })
        .collect()
}

/// Tries rows, some at a time, and collects what is wrong with what came of them.
pub(crate) fn complaints<T: Sync>(
    rows: &[T],
    complaint: impl Fn(&T) -> Option<String> + Sync,
) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                while let Some(row) = rows.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Some(text) = complaint(row) {
                        found.lock().unwrap().push(text);
                    }
                }
            });
        }
    });
    found.into_inner().unwrap()
}

/// The same for rows that panic where something is wrong.
pub(crate) fn each<T: Sync>(rows: &[T], attempt: impl Fn(&T) + Sync) {
    complaints(rows, |row| {
        attempt(row);
        None
    });
}
