//! What each stage costs beside the floor below it: what nobody could do without.
//!
//! `cargo bench --bench stages [STAGE]` prints a line for each stage and size: both times, their ratio, and
//! the goal where there is one. Floor and stage are timed in turns in this process, so the ratio holds on a
//! busy machine, too. With `--test` each is done once, at small sizes.

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a bench prints, and ends where it cannot go on"
)]

mod answers;
mod contracts;
mod made;
mod memory;
mod runs;
mod timing;

use timing::{Mode, Pair};

/// What is asked of a bench.
struct Bench {
    mode: Mode,
    filters: Vec<String>,
}

impl Bench {
    /// Of these sizes those that are looked at.
    fn sizes<'a>(&self, all: &'a [usize]) -> &'a [usize] {
        match self.mode {
            Mode::Measure => all,
            Mode::Test => &all[..1],
        }
    }

    /// Whether a stage is looked at.
    fn wants(&self, stage: &str) -> bool {
        self.filters.is_empty()
            || self
                .filters
                .iter()
                .any(|filter| stage.contains(filter.as_str()))
    }

    /// Times a stage beside its floor, and prints both.
    fn pair(
        &self,
        stage: &str,
        size: &str,
        floor: (&str, impl FnMut()),
        goal: Option<f64>,
        work: impl FnMut(),
    ) {
        if !self.wants(stage) {
            return;
        }
        let (of, floor) = floor;
        let pair = Pair::of(self.mode, floor, work);
        let goal = goal.map_or_else(String::new, |goal| format!("  (goal {goal:.1})"));
        println!(
            "{stage:<26} {size:>16}  {:>11.3?}  {:>6.2} x {of} ({:.3?}){goal}",
            pair.stage,
            pair.ratio(),
            pair.floor
        );
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [first, rest @ ..] = arguments.as_slice()
        && first == memory::ARGUMENT
    {
        return memory::measured(rest);
    }
    let is_test = arguments.iter().any(|argument| argument == "--test")
        || !arguments.iter().any(|argument| argument == "--bench");
    let bench = Bench {
        mode: if is_test { Mode::Test } else { Mode::Measure },
        filters: arguments
            .into_iter()
            .filter(|argument| !argument.starts_with('-'))
            .collect(),
    };
    contracts::stages(&bench);
    answers::stages(&bench);
    memory::stages(&bench);
    runs::stages(&bench);
}
