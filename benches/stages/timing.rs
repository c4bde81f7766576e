//! Two pieces of work timed in turns, so that a busy machine slows both.

use std::time::{Duration, Instant};

/// As long as one stage is timed, at least.
const TIME: Duration = Duration::from_millis(600);
/// So many turns are enough, and so many are due.
const TURNS: std::ops::RangeInclusive<usize> = 5..=400;

/// How long two pieces of work took: the median of their turns.
#[derive(Clone, Copy)]
pub(crate) struct Pair {
    pub(crate) floor: Duration,
    pub(crate) stage: Duration,
}

/// How often work is done: often enough for figures, or once, to see that it works.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Measure,
    Test,
}

impl Pair {
    /// Does both in turns.
    pub(crate) fn of(mode: Mode, mut floor: impl FnMut(), mut stage: impl FnMut()) -> Self {
        let mut times = (Vec::new(), Vec::new());
        let begin = Instant::now();
        loop {
            times.0.push(timed(&mut floor));
            times.1.push(timed(&mut stage));
            let turns = times.0.len();
            let is_enough = begin.elapsed() > TIME && turns >= *TURNS.start();
            if mode == Mode::Test || is_enough || turns >= *TURNS.end() {
                break;
            }
        }
        Self {
            floor: median(times.0),
            stage: median(times.1),
        }
    }

    pub(crate) fn ratio(&self) -> f64 {
        self.stage.as_secs_f64() / self.floor.as_secs_f64()
    }
}

fn timed(work: &mut impl FnMut()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
