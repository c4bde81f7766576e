//! What is done where a portal puts a request off: which requests a 429 or a 503 (or a 502 or 504 of a gateway) is
//! about, found by asking again.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::client::pace::{Gate, MAX_TURNS, ROUNDS_OF_DOWN, back_off};
use crate::client::transport::{Client, Received};
use crate::client::{Failure, Repeat, Request};

/// What a 429 means, or a 503 without `Retry-After` and what a gateway says in its place.
pub(super) enum PutOff {
    /// A burst that is over: this came when the request was sent once more.
    Passed(Box<Received>),
    /// A burst that was over before: the request may be sent again.
    Again,
    /// The request alone is put off.
    Alone,
    /// Every request is put off.
    Run,
}

impl Client {
    /// Finds out what a 429 means that is left after the waits that the portal asked for, while no other
    /// request goes out: the run is held back until another request passes, as long as its budget lasts.
    ///
    /// A limit that admits one request now and then lets the other one pass and has nothing left for this one
    /// right behind it: only a request that is put off again and again, each time after a wait, while the
    /// other one passes each time, is put off alone.
    ///
    /// Where another one passed since this was sent, it is sent again like any other; `None` for a request
    /// that was so too often. Where no other one was answered well yet, only this one can be asked.
    pub(super) async fn put_off(&self, request: &Request, sent: Option<Instant>) -> PutOff {
        let mut gate = self.pace.alone().await;
        if self.throttles(request.token) {
            return PutOff::Alone;
        }
        if sent.is_some_and(|sent| gate.open_since.is_some_and(|since| since > sent)) {
            return PutOff::Again;
        }
        if self.pace.is_exceeded() {
            return PutOff::Run;
        }
        let Some(control) = self.pace.control(request) else {
            return self.insist(request, &mut gate).await;
        };
        let turns = gate.turns(request);
        for turn in 0..turns {
            if !self.passes(&control).await {
                return PutOff::Run;
            }
            gate.open_since = Some(Instant::now());
            // What a limit admits may be used up by the control: it gets time to admit more.
            if turn > 0 && !self.waits(back_off(turn - 1)).await {
                break;
            }
            match self.once_more(request).await {
                None => return PutOff::Run,
                Some(Ok(received)) if received.is_too_many() => {}
                Some(Ok(received)) => return PutOff::Passed(Box::new(received)),
                Some(Err(_)) => break,
            }
        }
        gate.is_alone(request, &self.pace);
        PutOff::Alone
    }

    /// Finds out what a 503 means that says nothing of when to come back, or a 502 or 504 of a gateway, while no other
    /// request goes out: how many servers refuse what is more than they admit, or what is wrong with this request
    /// alone.
    ///
    /// Where it passes once nothing else is under way, fewer are asked at once from then on. Where what was answered
    /// well is unavailable as well and stays so, the portal is down; then, and before anything was answered well,
    /// nothing is asked again.
    pub(super) async fn unavailable(&self, request: &Request, sent: Option<Instant>) -> PutOff {
        let mut gate = self.pace.alone().await;
        if sent.is_some_and(|sent| gate.open_since.is_some_and(|since| since > sent)) {
            return PutOff::Again;
        }
        let turns = gate.turns_of_unavailable(&self.pace);
        let control = self.pace.control(request);
        let Some(control) = control.filter(|_| turns > 0 && !self.pace.is_down()) else {
            return PutOff::Alone;
        };
        // What is still under way may be what is too much.
        drop(self.rest().await);
        for turn in 0..turns {
            let Some(has_waited) = self.becomes_available(&control).await else {
                self.pace.lose();
                return PutOff::Alone;
            };
            if turn > 0 && !self.waits(back_off(turn - 1)).await {
                break;
            }
            match self.once_more(request).await {
                Some(Ok(received)) if received.is_unavailable() => {}
                Some(Ok(received)) => {
                    if turn == 0 && !has_waited {
                        self.lanes.narrow().await;
                    }
                    gate.open_since = Some(Instant::now());
                    self.pace.limit();
                    return PutOff::Passed(Box::new(received));
                }
                None | Some(Err(_)) => break,
            }
        }
        gate.stays_unavailable();
        PutOff::Alone
    }

    /// Asks until it is not unavailable any more: whether it was at first; `None` where it stays so.
    async fn becomes_available(&self, control: &Request) -> Option<bool> {
        for round in 0..=ROUNDS_OF_DOWN {
            let received = match self.once_more(control).await? {
                Ok(received) if received.is_put_off() => received,
                _ => return Some(round > 0),
            };
            let wait = received.wait.unwrap_or_else(|| back_off(round));
            if round == ROUNDS_OF_DOWN || !self.waits(wait).await {
                break;
            }
        }
        None
    }

    /// Asks the request itself again, each time after a wait, as nothing else tells what its 429 is about. A
    /// portal that puts off whatever it is asked is waited for once.
    async fn insist(&self, request: &Request, gate: &mut Gate) -> PutOff {
        let turns = if gate.alone == 0 { MAX_TURNS } else { 1 };
        let mut named = None;
        for turn in 0..turns {
            // A wait that is longer than the run grants may be about other requests, as behind a control.
            let has_waited = match named {
                Some(wait) => self.waits(wait).await,
                None => false,
            };
            if !has_waited && !self.waits(back_off(turn)).await {
                break;
            }
            match self.once_more(request).await {
                Some(Ok(received)) if received.is_too_many() => named = received.wait,
                Some(Ok(received)) => {
                    gate.open_since = Some(Instant::now());
                    return PutOff::Passed(Box::new(received));
                }
                None | Some(Err(_)) => break,
            }
        }
        gate.is_alone(request, &self.pace);
        PutOff::Alone
    }

    /// Asks until it is put off no more; `false` where the budget of waits does not suffice.
    async fn passes(&self, control: &Request) -> bool {
        let mut round = 0;
        loop {
            let wait = match self.once_more(control).await {
                Some(Ok(received)) if received.is_too_many() => received.wait,
                Some(_) => return true,
                None => return false,
            };
            if !self.waits(wait.unwrap_or_else(|| back_off(round))).await {
                return false;
            }
            round += 1;
        }
    }

    /// Holds the whole run back for so long; `false`, at once, where its budget does not suffice.
    pub(super) async fn waits(&self, wait: Duration) -> bool {
        let is_granted = self.budget.hold(wait);
        if is_granted {
            self.budget.pause().await;
        }
        is_granted
    }

    /// Sends a request that may be repeated; `None` where the run has repeated as many as it may.
    async fn once_more(&self, request: &Request) -> Option<Result<Received, Failure>> {
        if !self.budget.repeat() {
            return None;
        }
        self.bucket.take().await;
        let _permit = self.under_way.acquire().await;
        self.sent.fetch_add(1, Ordering::Relaxed);
        Some(self.send(request, Repeat::Allowed).await)
    }
}
