//! The wish to end a session early.

use std::future::pending;

use tokio::sync::watch;

/// Whether somebody wants an end; cheap to clone.
#[derive(Debug, Clone)]
pub struct Stop(Option<watch::Receiver<bool>>);

/// Whoever may want an end.
#[derive(Debug)]
pub struct Stopper(watch::Sender<bool>);

impl Stop {
    /// Nobody ever wants an end.
    #[must_use]
    pub fn never() -> Self {
        Self(None)
    }

    /// One who may want an end, and what tells whether he does.
    ///
    /// ```
    /// # use portal_conformance::session::Stop;
    /// let (stopper, stop) = Stop::new();
    /// assert!(!stop.is_wanted());
    /// stopper.stop();
    /// assert!(stop.is_wanted());
    /// ```
    #[must_use]
    pub fn new() -> (Stopper, Self) {
        let (sender, receiver) = watch::channel(false);
        (Stopper(sender), Self(Some(receiver)))
    }

    /// Whether an end is wanted.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        self.0.as_ref().is_some_and(|wanted| *wanted.borrow())
    }

    /// Waits until an end is wanted.
    pub async fn wanted(&self) {
        if let Some(mut wanted) = self.0.clone()
            && wanted.wait_for(|wanted| *wanted).await.is_ok()
        {
            return;
        }
        // Nobody is there who could want it.
        pending::<()>().await;
    }
}

impl Stopper {
    /// Wants an end.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}
