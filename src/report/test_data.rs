//! The words for test data that could not be made, or may be left on a portal.

use crate::report::words;
use crate::run::{FailedStep, Left, Leftover, NoTestData, StepProblem, Unfound, Unkept};

/// What of the test data may be left on a portal, and how to undo it; a sentence for each.
#[must_use]
pub fn left(left: &Left) -> Vec<String> {
    let mut sentences: Vec<String> = left.problems.iter().map(leftover).collect();
    if !left.is_empty() {
        sentences.push(format!(
            "try again later with `portal-conformance cleanup --target {}`",
            left.target
        ));
    }
    sentences
}

/// What may be left on a portal, in a sentence.
#[must_use]
pub fn leftover(leftover: &Leftover) -> String {
    match leftover {
        Leftover::Journal(error) => error.clone(),
        Leftover::Step(failed) => step("tear-down", failed),
        Leftover::Unfound { run, journal, .. } => format!(
            "{}; look on the portal for `{run}`, then close {} with `portal-conformance cleanup --give-up`",
            unanswered(leftover),
            journal.display()
        ),
        Leftover::Undoable { name, id, journal } => format!(
            "the run made the `{name}` {id}, and no tear-down step is about it: undo it on the portal, then delete {}",
            journal.display()
        ),
    }
}

/// What is closed without being found, in a sentence: whoever closes it answers for what is not known.
#[must_use]
pub fn given_up(given_up: &Leftover) -> String {
    match given_up {
        Leftover::Unfound {
            why: Unfound::NotYet,
            run,
            ..
        } => format!("closed, as you wished: nothing on the portal bears `{run}` now"),
        Leftover::Unfound { run, .. } => format!(
            "closed, as you wished: {}; whether something on the portal bears `{run}` is not known",
            unanswered(given_up)
        ),
        other => format!("closed, as you wished: {}", leftover(other)),
    }
}

/// What is not known of a step whose answer does not say what it made.
fn unanswered(leftover: &Leftover) -> String {
    let Leftover::Unfound {
        step,
        answered,
        why,
        ..
    } = leftover
    else {
        return String::new();
    };
    let came = match answered {
        None => format!("the answer of the set-up step `{step}` never came"),
        Some(status) => format!(
            "the set-up step `{step}` was answered with {status}, which tells nothing of what it made"
        ),
    };
    format!("{came}, and {}", unfound(why))
}

/// Why there is no test data.
pub(super) fn no_data(why: &NoTestData) -> String {
    match why {
        NoTestData::Journal(error) => error.clone(),
        NoTestData::Step(failed) => failed_set_up(failed),
    }
}

/// Why a set-up step made nothing that could be used.
pub(super) fn failed_set_up(failed: &FailedStep) -> String {
    step("set-up", failed)
}

fn step(kind: &str, failed: &FailedStep) -> String {
    let FailedStep {
        step,
        method,
        path,
        problem: came,
    } = failed;
    format!(
        "the {kind} step `{step}` failed: {method} /{path}: {}",
        problem(came)
    )
}

fn problem(problem: &StepProblem) -> String {
    match problem {
        StepProblem::Failure { kind, message } => {
            format!("{} ({message})", words::failure(*kind))
        }
        StepProblem::Page(status) => {
            format!("answered with {status} and an HTML page, not the API's answer")
        }
        StepProblem::Status(401) => {
            "answered with 401: the token is not taken for it, or not any more".to_owned()
        }
        StepProblem::Status(403) => {
            "answered with 403: the account of the token may not do it".to_owned()
        }
        StepProblem::Status(status) => format!("answered with {status}"),
        StepProblem::Refused(status) => {
            format!("answered with {status}, and with an error in the body")
        }
        StepProblem::Accepted => "answered with 202, which only promises it: a `find` of the set-up step would show that it is done".to_owned(),
        StepProblem::Answer {
            status,
            unkept: why,
        } => {
            format!("answered with {status}, but {}", unkept(why))
        }
        StepProblem::NotSent(time) => {
            format!("not sent, as undoing had taken {} s", time.as_secs())
        }
        StepProblem::Unshown(status) => format!(
            "answered with {status}, and the portal did not show that it answers for what is there: a `find` or a GET step of `set-up` that succeeds would"
        ),
        StepProblem::Read { status, path } => format!(
            "answered with {status}, but GET /{path} still answers it: correct the step, or close it with `cleanup --give-up`"
        ),
        StepProblem::Unlooked(status) => format!(
            "answered with {status}, as all of tear-down was, and nothing shows that it is gone: a `find` of its set-up step would; or close it with `cleanup --give-up`"
        ),
        StepProblem::Listed(status) => {
            format!("answered with {status}, but the `find` of its set-up step still finds it: name what says that it is deleted with `gone` in the `find`, or close it with `cleanup --give-up`")
        }
    }
}

fn unfound(why: &Unfound) -> String {
    let why = match why {
        Unfound::NotYet => {
            return "what it made is not there yet: the portal may still carry it out, and each \
                    clean-up looks again"
                .to_owned();
        }
        Unfound::Existed { name, id } => {
            return format!(
                "the `{name}` {id}, which its `find` finds, was there before: what others made is never undone"
            );
        }
        Unfound::Reflected => {
            "its `find` also finds a name that nobody uses, as if it repeated what it is asked for"
                .to_owned()
        }
        Unfound::NoTime => "there was no time left for it".to_owned(),
        Unfound::NoFind => "it has no `find`".to_owned(),
        Unfound::NoStep => "the configuration has no such step any more".to_owned(),
        Unfound::Problem(came) => problem(came),
        Unfound::Answer(why) => unkept(why),
    };
    format!("what it made cannot be looked for: {why}")
}

fn unkept(why: &Unkept) -> String {
    match why {
        Unkept::NoJson => "the answer is no JSON".to_owned(),
        Unkept::TooLarge(excess) => format!(
            "the answer has {}: let the step, or its `find`, ask for less",
            words::beyond(*excess)
        ),
        Unkept::Nothing { pointer, name } => {
            format!("the answer has no {pointer} to keep as `{name}`")
        }
        Unkept::NoLocation { name } => format!(
            "it is no 201 whose `Location` ends in the id of what was made, as `/contact/7` does: nothing is kept as `{name}`"
        ),
        Unkept::NoId {
            pointer,
            name,
            longest,
        } => format!(
            "{pointer} of the answer is no id to keep as `{name}`: expected a whole number, or 1 to {longest} letters, digits, `-` and `_`"
        ),
        Unkept::Existed { name, id } => format!(
            "the portal says it made the `{name}` {id}, which the target names as one that exists"
        ),
        Unkept::Named { name, id } => format!(
            "the portal says it made the `{name}` {id}, which a step names itself: what exists is not made"
        ),
        Unkept::Foreign { pointer, name } => format!(
            "{pointer} of the answer is the id of something that stands in what was made, not its own: it is not kept as `{name}`"
        ),
        Unkept::Beside { pointer, name } => format!(
            "something else in the answer looks like what was made: {pointer} is kept as `{name}` only where a `find` of the step shows it"
        ),
        Unkept::Unshown { name, id } => format!(
            "nothing in it says that {id} is the id of what was made, and the `find` of the step does not list it with the name of the run: it is not kept as `{name}`"
        ),
        Unkept::Contradicted { name, id } => format!(
            "the `find` of the step lists others with the name of the run, and not {id}: it is not kept as `{name}`"
        ),
        Unkept::Unmarked { pointer, name } => format!(
            "the item of the list with {pointer} does not bear the name of the run: it is not kept as `{name}`"
        ),
        Unkept::Seen { name, id } => format!(
            "the portal says it made the `{name}` {id}, which an earlier answer held already"
        ),
        Unkept::Listed { name, id } => format!(
            "the portal says it made the `{name}` {id}, which was there before: a look-up, a step or the `find` of this one saw it"
        ),
        Unkept::Secret { pointer, name } => format!(
            "{pointer} of the answer is a secret of this run, or holds one: it is not kept as `{name}`"
        ),
        Unkept::NoList(pointer) => format!("{pointer} of the answer is no list"),
        Unkept::ItemWithoutId(pointer) => {
            format!("an item of the answer has no id at {pointer}")
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::client::FailureKind;

    #[test]
    fn what_is_left_is_told_with_what_undoes_it() {
        let failed = FailedStep {
            step: "unlink".to_owned(),
            method: "DELETE".to_owned(),
            path: "contact/7".to_owned(),
            problem: StepProblem::Failure {
                kind: FailureKind::Timeout,
                message: "30 s".to_owned(),
            },
        };
        let unfound = |answered, why| Leftover::Unfound {
            step: "make".to_owned(),
            answered,
            why,
            run: "run1".to_owned(),
            journal: PathBuf::from("x.journal"),
        };
        let all = Left {
            target: "staging".to_owned(),
            problems: vec![
                Leftover::Step(failed),
                unfound(None, Unfound::NoFind),
                unfound(Some(500), Unfound::Problem(StepProblem::Page(502))),
                unfound(Some(504), Unfound::NotYet),
                Leftover::Undoable {
                    name: "contactid".to_owned(),
                    id: "7".to_owned(),
                    journal: PathBuf::from("x.journal"),
                },
            ],
        };
        assert_eq!(
            left(&all),
            [
                "the tear-down step `unlink` failed: DELETE /contact/7: no complete answer in time (30 s)",
                "the answer of the set-up step `make` never came, and what it made cannot be looked for: it has no `find`; look on the portal for `run1`, then close x.journal with `portal-conformance cleanup --give-up`",
                "the set-up step `make` was answered with 500, which tells nothing of what it made, and what it made cannot be looked for: answered with 502 and an HTML page, not the API's answer; look on the portal for `run1`, then close x.journal with `portal-conformance cleanup --give-up`",
                "the set-up step `make` was answered with 504, which tells nothing of what it made, and what it made is not there yet: the portal may still carry it out, and each clean-up looks again; look on the portal for `run1`, then close x.journal with `portal-conformance cleanup --give-up`",
                "the run made the `contactid` 7, and no tear-down step is about it: undo it on the portal, then delete x.journal",
                "try again later with `portal-conformance cleanup --target staging`",
            ]
        );
        assert_eq!(left(&Left::default()), [""; 0]);
    }
}
