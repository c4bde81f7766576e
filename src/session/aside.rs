//! Long work on a thread of its own, which nobody waits for who wants an end.

use std::io;
use std::panic;
use std::thread;

use tokio::sync::oneshot;

use crate::session::stop::Stop;

/// As much as a process begins with: answers are nested.
const STACK: usize = 8 << 20;

/// What the work comes to; `None` where somebody wants an end before it does.
pub(super) async fn unless_stopped<T: Send + 'static>(
    stop: &Stop,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<Option<T>> {
    unless(stop.wanted(), work).await
}

/// What the work comes to; `None` where something else comes first.
pub(super) async fn unless<T: Send + 'static>(
    end: impl Future<Output = ()>,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<Option<T>> {
    let (sender, done) = oneshot::channel();
    let thread = thread::Builder::new().stack_size(STACK);
    let thread = thread.spawn(move || {
        let _ = sender.send(work());
    })?;
    let done = tokio::select! {
        biased;
        () = end => return Ok(None),
        done = done => done,
    };
    if done.is_err()
        && let Err(panicked) = thread.join()
    {
        panic::resume_unwind(panicked);
    }
    Ok(done.ok())
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn nobody_waits_for_work_who_wants_an_end() {
        let (stopper, stop) = Stop::new();
        let (sender, has_begun) = mpsc::channel();
        let (end, ended) = mpsc::channel::<()>();
        let work = tokio::spawn(async move {
            unless_stopped(&stop, move || {
                sender.send(()).unwrap();
                ended.recv()
            })
            .await
        });
        has_begun.recv().unwrap();
        stopper.stop();
        assert_eq!(work.await.unwrap().unwrap(), None);
        drop(end);
    }

    #[tokio::test]
    async fn what_work_comes_to_is_given_back() {
        let done = unless_stopped(&Stop::never(), || 7).await;
        assert_eq!(done.unwrap(), Some(7));
        let work = tokio::spawn(async {
            unless_stopped(&Stop::never(), || assert_eq!(1, 2, "broken")).await
        });
        assert!(work.await.unwrap_err().is_panic());
    }
}
