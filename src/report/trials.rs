//! A run as libtest writes one: what `cargo test` and its readers know.
//!
//! In comes a run, out come [`Trials`], which can be kept and read by another process, and of these the text.
//! libtest-mimic's own printer would measure how long it takes to hand outcomes on; the times here are those
//! of the answers.

use std::fmt::Write;
use std::time::Duration;

use libtest_mimic::FormatSetting;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::case::Selection;
use crate::exit_code::ExitCode;
use crate::report::color::{Tone, Toned};
use crate::report::findings::FindingsOf;
use crate::report::{Report, subject, text};
use crate::run::{NoToken, Obstacle, Outcome, Run, Verdict};

/// What libtest tells of a run: names, ends, times and the texts of what failed. Nothing of the portal's data
/// is in it, and no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trials {
    /// What the run is about, in a line.
    pub subject: String,
    /// What the formats have no place for: what was not seen, and that there are remarks.
    pub beside: Vec<String>,
    /// Whether the credentials were refused: who asks again may lock the account.
    pub is_final: bool,
    /// One for each case that was selected, in the order of the plan.
    all: Vec<Trial>,
    /// How many cases the plan has.
    cases: usize,
    /// From the first request to the last answer.
    elapsed: Duration,
}

/// One case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Trial {
    name: String,
    end: End,
    /// What is to be said where it did not pass.
    text: String,
    /// How long its answers took, waits excluded.
    elapsed: Duration,
}

/// How a trial ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum End {
    Passed,
    Failed,
    Ignored,
}

impl End {
    fn of(outcome: &Outcome) -> Self {
        match outcome.verdict {
            Verdict::Conforms | Verdict::Waived => Self::Passed,
            Verdict::Violates | Verdict::Blocked(_) => Self::Failed,
            Verdict::Ignored(_) => Self::Ignored,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Passed => "ok",
            Self::Failed => "FAILED",
            Self::Ignored => "ignored",
        }
    }

    fn letter(self) -> &'static str {
        match self {
            Self::Passed => ".",
            Self::Failed => "F",
            Self::Ignored => "i",
        }
    }

    fn tone(self) -> Tone {
        match self {
            Self::Passed => Tone::Verdict(ExitCode::Conforms),
            Self::Failed => Tone::Failed,
            Self::Ignored => Tone::Remark,
        }
    }
}

impl Trials {
    /// What is to be told of a run.
    #[must_use]
    pub fn of(report: &Report<'_>) -> Self {
        let run = report.run;
        let outcomes = run.outcomes.iter();
        let findings = FindingsOf::of(run);
        let trials = outcomes.map(|outcome| {
            let end = End::of(outcome);
            let text = match end {
                End::Passed => String::new(),
                End::Failed | End::Ignored => text::told(report, &findings, outcome),
            };
            Trial {
                name: outcome.id.to_string(),
                end,
                text,
                elapsed: outcome.elapsed,
            }
        });
        Self {
            subject: subject(report),
            beside: text::beside(report),
            is_final: are_credentials_refused(run),
            all: trials.collect(),
            cases: run.plan.cases.len(),
            elapsed: run.elapsed,
        }
    }

    /// Only those that are selected; with `include_ignored`, a case that was not asked has failed.
    #[must_use]
    pub fn only(mut self, selection: &Selection, include_ignored: bool) -> Self {
        self.all.retain(|trial| selection.means(&trial.name));
        let ignored = self.all.iter_mut();
        for trial in ignored.filter(|trial| include_ignored && trial.end == End::Ignored) {
            trial.end = End::Failed;
        }
        self
    }

    /// Whether one has failed.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.count(End::Failed) > 0
    }

    /// The text in one of libtest's formats; JSON is never coloured.
    #[must_use]
    pub fn text(&self, format: FormatSetting, is_colored: bool) -> String {
        if format == FormatSetting::Json {
            return self.json();
        }
        let text = self.toned(format == FormatSetting::Terse);
        if is_colored {
            text.shown(str::to_owned, true)
        } else {
            text.plain()
        }
    }

    fn toned(&self, is_terse: bool) -> Toned {
        let mut out = Toned::default();
        let tests = self.all.len();
        let plural = if tests == 1 { "" } else { "s" };
        let _ = writeln!(out, "\nrunning {tests} test{plural}");
        let names = self.all.iter().map(|trial| trial.name.chars().count());
        let width = names.max().unwrap_or(0);
        for Trial { name, end, .. } in &self.all {
            if is_terse {
                out.put(end.tone(), end.letter());
            } else {
                let _ = write!(out, "test {name:<width$} ... ");
                out.put(end.tone(), end.word());
                let _ = writeln!(out);
            }
        }
        if is_terse {
            let _ = writeln!(out);
        }
        self.failures(&mut out);
        let end = if self.has_failed() {
            End::Failed
        } else {
            End::Passed
        };
        let _ = write!(out, "\ntest result: ");
        out.put(end.tone(), end.word());
        let _ = writeln!(
            out,
            ". {} passed; {} failed; {} ignored; 0 measured; {} filtered out; finished in {:.2}s\n",
            self.count(End::Passed),
            self.count(End::Failed),
            self.count(End::Ignored),
            self.filtered_out(),
            self.elapsed.as_secs_f64(),
        );
        out
    }

    fn failures(&self, out: &mut Toned) {
        if !self.has_failed() {
            return;
        }
        let failed = || self.all.iter().filter(|trial| trial.end == End::Failed);
        let _ = writeln!(out, "\nfailures:\n");
        for Trial { name, text, .. } in failed() {
            let _ = writeln!(out, "---- {name} ----\n{text}\n");
        }
        let _ = writeln!(out, "\nfailures:");
        for trial in failed() {
            let _ = writeln!(out, "    {}", trial.name);
        }
    }

    fn json(&self) -> String {
        let started = json!({
            "type": "suite",
            "event": "started",
            "test_count": self.all.len(),
        });
        let mut lines = vec![started];
        for trial in &self.all {
            let name = &trial.name;
            lines.push(json!({"type": "test", "event": "started", "name": name}));
            lines.push(trial.json());
        }
        let event = if self.has_failed() { "failed" } else { "ok" };
        lines.push(json!({
            "type": "suite",
            "event": event,
            "passed": self.count(End::Passed),
            "failed": self.count(End::Failed),
            "ignored": self.count(End::Ignored),
            "measured": 0,
            "filtered_out": self.filtered_out(),
            "exec_time": self.elapsed.as_secs_f64(),
        }));
        let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
        lines.join("\n") + "\n"
    }

    fn count(&self, wanted: End) -> usize {
        let ends = self.all.iter().map(|trial| trial.end);
        ends.filter(|end| *end == wanted).count()
    }

    fn filtered_out(&self) -> usize {
        self.cases.saturating_sub(self.all.len())
    }
}

impl Trial {
    fn json(&self) -> Value {
        let Self {
            name,
            end,
            text,
            elapsed,
        } = self;
        let time = elapsed.as_secs_f64();
        match end {
            End::Passed => json!({"type": "test", "name": name, "event": "ok", "exec_time": time}),
            End::Failed => json!({
                "type": "test",
                "name": name,
                "event": "failed",
                "exec_time": time,
                "stdout": format!("{text}\n"),
            }),
            End::Ignored => {
                json!({"type": "test", "name": name, "event": "ignored", "message": text})
            }
        }
    }
}

/// Whether the portal knows no such token, or no such user with this password.
fn are_credentials_refused(run: &Run) -> bool {
    matches!(
        run.obstacle,
        Some(Obstacle::Credentials { .. } | Obstacle::Login(NoToken::Refused { .. }))
    )
}
