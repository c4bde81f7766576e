//! Tear-down steps carried out, and what they leave.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use crate::client::{Client, Exchange};
use crate::config::Step;
use crate::run::{Leftover, StepProblem, Unfound};
use crate::session::journal::{Entry, Journal, JournalError, Kept};
use crate::session::recipe::answer::{failed, repeat, request, success};
use crate::session::recipe::fill::{self, Filled, fill};
use crate::session::recipe::search;
use crate::session::recipe::sign::{Listing, Signs};
use crate::session::recipe::{Recipe, Undoing, values_of};

/// What becomes of requests of which nobody knows what they made, where it is not found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unanswered {
    /// They stay open: it may come to light later.
    StaysOpen,
    /// They are closed: a person looked.
    IsGivenUp,
}

/// A tear-down request that was answered with "not there".
struct Absent<'a> {
    step: &'a Step,
    filled: Filled,
    status: u16,
    /// Whether the same step did its work for something else afterwards.
    is_shown: bool,
}

/// Undoes what a journal says was made, and looks for what it does not know; what is undone already is
/// left alone, so it can be called again. After so long nothing more is sent; what is under way is waited for.
pub async fn undo(
    client: &Client,
    recipe: &Recipe,
    journal: &mut Journal,
    unanswered: Unanswered,
    longest: Duration,
) -> Undoing {
    let start = Instant::now();
    let is_over = || start.elapsed() >= longest;
    let mut undoing = Undoing::default();
    close_open(client, recipe, journal, unanswered, &is_over, &mut undoing).await;
    let owns: Vec<Option<&str>> = recipe.tear_down.iter().map(own).collect();
    let (mut absent, mut covered) = (Vec::new(), BTreeSet::new());
    for (step, own) in recipe.tear_down.iter().zip(&owns) {
        for filled in requests(recipe, journal, step, *own) {
            for (name, values) in &filled.values {
                if *own == Some(name) || !owns.contains(&Some(name)) {
                    covered.extend(values.iter().map(|value| (name.clone(), value.clone())));
                }
            }
            if journal.state.undone.contains(&entry(step, &filled)) {
                continue;
            }
            if is_over() {
                let failed = failed(client, step, &filled, StepProblem::NotSent(longest));
                undoing.left.push(Leftover::Step(failed));
                continue;
            }
            let exchange = client
                .ask(request(&step.method, &filled), repeat(step))
                .await;
            match absence(&exchange) {
                Some(status) => absent.push(Absent {
                    step,
                    filled,
                    status,
                    is_shown: false,
                }),
                None if conclude(client, step, &filled, &exchange, journal, &mut undoing) => {
                    // Before it, the portal may have been there and be down by now.
                    let before = absent.iter_mut();
                    let before = before.filter(|one| one.step.name == step.name);
                    before.for_each(|one| one.is_shown = true);
                }
                None => {}
            }
        }
    }
    if is_over() {
        undoing.left.extend(absent.drain(..).map(|absent| {
            let problem = StepProblem::Unshown(absent.status);
            Leftover::Step(failed(client, absent.step, &absent.filled, problem))
        }));
    }
    if !absent.is_empty() {
        let signs = Signs::of(client, recipe, journal).await;
        for absent in absent {
            confirm(client, &signs, journal, absent, &mut undoing).await;
        }
    }
    let made = journal.state.made.iter();
    let made = made.flat_map(|(name, ids)| ids.iter().map(move |id| (name.clone(), id.clone())));
    let undoable = made.filter(|made| !covered.contains(made));
    undoing
        .left
        .extend(undoable.map(|(name, id)| Leftover::Undoable {
            name,
            id,
            journal: journal.path().to_owned(),
        }));
    undoing
}

fn own(step: &Step) -> Option<&str> {
    fill::own(&step.path)
}

/// The requests of a tear-down step: what it is about is what the run made, whatever else it names.
fn requests(recipe: &Recipe, journal: &Journal, step: &Step, own: Option<&str>) -> Vec<Filled> {
    // A parameter that set-up steps keep never stands for a value that somebody named.
    let keeps = recipe.keeps();
    let mut named = journal.header.named.clone();
    named.retain(|name, _| !keeps.contains(name.as_str()));
    let (made, others) = ([&journal.state.made], [&journal.state.kept, &named]);
    let (made, others) = (
        values_of(&journal.header.run, &made),
        values_of(&journal.header.run, &others),
    );
    match own {
        Some(own) => fill(&step.path, step.body.as_ref(), &|name| {
            if name == own {
                made(name)
            } else {
                others(name)
            }
        }),
        None => Vec::new(),
    }
}

fn entry(step: &Step, filled: &Filled) -> (String, Kept) {
    (step.name.clone(), filled.values.clone())
}

/// The status code, where an answer of the API says that something is not there.
fn absence(exchange: &Exchange) -> Option<u16> {
    let status = exchange.status()?;
    let is_absent = matches!(status, 404 | 410) && exchange.html_page().is_none();
    is_absent.then_some(status)
}

/// Takes note of an answer to a tear-down step; whether it undid something.
fn conclude(
    client: &Client,
    step: &Step,
    filled: &Filled,
    exchange: &Exchange,
    journal: &mut Journal,
    undoing: &mut Undoing,
) -> bool {
    match success(exchange) {
        Ok(_) => {
            undoing.undone += 1;
            *undoing.steps.entry(step.name.clone()).or_default() += 1;
            write_undone(step, filled, journal, undoing);
            true
        }
        Err(problem) => {
            let failed = failed(client, step, filled, problem);
            undoing.left.push(Leftover::Step(failed));
            false
        }
    }
}

fn write_undone(step: &Step, filled: &Filled, journal: &mut Journal, undoing: &mut Undoing) {
    let (step, values) = entry(step, filled);
    note(journal.write(&Entry::Undone { step, values }), undoing);
}

/// What "not there" means: a whole portal may answer so that is down behind its gateway.
///
/// Where the set-up steps say how to find what is named, the portal's own list decides. Else a read must
/// succeed, or the same step have done so afterwards for something else, and the answer be the same once more.
async fn confirm(
    client: &Client,
    signs: &Signs,
    journal: &mut Journal,
    absent: Absent<'_>,
    undoing: &mut Undoing,
) {
    let Absent {
        step,
        filled,
        status,
        is_shown,
    } = absent;
    let problem = match signs.listing(&filled) {
        Listing::Without => None,
        Listing::With => Some(StepProblem::Listed(status)),
        Listing::None if signs.is_alive.unwrap_or(is_shown) => {
            let again = client
                .ask(request(&step.method, &filled), repeat(step))
                .await;
            if absence(&again).is_none() {
                conclude(client, step, &filled, &again, journal, undoing);
                return;
            }
            None
        }
        Listing::Refused | Listing::None => Some(StepProblem::Unshown(status)),
    };
    match problem {
        None => {
            undoing.gone += 1;
            write_undone(step, &filled, journal, undoing);
        }
        Some(problem) => {
            let failed = failed(client, step, &filled, problem);
            undoing.left.push(Leftover::Step(failed));
        }
    }
}

/// Where the journal cannot be written, a later clean-up only asks for more than it must.
fn note(written: Result<(), JournalError>, undoing: &mut Undoing) {
    if let Err(error) = written {
        let error = Leftover::Journal(error.to_string());
        if !undoing.left.contains(&error) {
            undoing.left.push(error);
        }
    }
}

/// Finds what requests made whose answers never came, or do not say it.
async fn close_open(
    client: &Client,
    recipe: &Recipe,
    journal: &mut Journal,
    unanswered: Unanswered,
    is_over: &(dyn Fn() -> bool + Sync),
    undoing: &mut Undoing,
) {
    for (at, step) in journal.state.open.clone() {
        let found = if is_over() {
            Err(Unfound::NoTime)
        } else {
            search::of_open(client, recipe, journal, (at, &step)).await
        };
        let why = match found {
            Ok(kept) => {
                note(journal.write(&Entry::Ended { at, kept }), undoing);
                continue;
            }
            Err(why) => why,
        };
        let open = Leftover::Unfound {
            step,
            answered: journal.state.answered.get(&at).copied(),
            why,
            run: journal.header.run.clone(),
            journal: journal.path().to_owned(),
        };
        if unanswered == Unanswered::IsGivenUp {
            undoing.given_up.push(open);
            note(journal.write(&Entry::GivenUp { at }), undoing);
        } else {
            undoing.left.push(open);
        }
    }
}
