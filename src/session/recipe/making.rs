//! Set-up steps carried out.

use std::collections::{BTreeMap, BTreeSet};

use crate::client::{Client, Exchange, Repeat};
use crate::config::{Find, Step};
use crate::run::{NoTestData, StepProblem, Unkept, UnkeptAnswer};
use crate::session::journal::{Entry, Journal, NamedValues, new_run, plain_id};
use crate::session::recipe::answer::{
    Before, Taken, failed, json, kept_of, makes_nothing, request, success,
};
use crate::session::recipe::fill::{self, Filled, fill};
use crate::session::recipe::named::{Named, spelled};
use crate::session::recipe::seen::Seen;
use crate::session::recipe::{Recipe, Unmade, creates, search, values_of};

/// The most ids that are written down of what was there; more make a large file.
const MAX_EXISTED: usize = 10_000;

/// What set-up steps made.
#[derive(Debug, Default)]
pub struct Made {
    /// The values that were kept, by parameter.
    pub kept: NamedValues,
    /// The parameters of which none was kept, each with the name of a step that keeps it.
    pub unmade: BTreeMap<String, String>,
    /// The answers that do not hold what is kept of them.
    pub unkept: Vec<UnkeptAnswer>,
}

/// Carries out the set-up steps; what look-ups found and earlier answers held was there before. What was kept is in
/// the journal, and in the answer of this.
///
/// Where an answer does not hold what is kept of it, what needs that is not made, nor the same once more.
///
/// A request under way is never given up, as nobody would know what it made: `is_over` is asked
/// between requests for a reason to make nothing more.
///
/// # Errors
///
/// [`Unmade`] where a step fails; what was made until then is in the journal.
pub async fn set_up(
    client: &Client,
    recipe: &Recipe,
    journal: &mut Journal,
    (looked_up, mut seen): (&NamedValues, Seen),
    is_over: &(dyn Fn() -> Option<Unmade> + Sync),
) -> Result<Made, Unmade> {
    let steps = recipe.set_up.iter().chain(&recipe.tear_down);
    let named = Named::by(client.target(), looked_up).and(steps);
    let mut asked = Vec::new();
    let mut unkept: Vec<(&Step, UnkeptAnswer)> = Vec::new();
    let mut lost: BTreeSet<&String> = BTreeSet::new();
    for step in &recipe.set_up {
        if let Some(why) = is_over() {
            return Err(why);
        }
        let is_alike =
            |(other, _): &(&Step, _)| (&other.method, &other.path) == (&step.method, &step.path);
        let is_alike = creates(step) && unkept.iter().any(is_alike);
        // What a parameter of the same name leads to is not what was to be made.
        let kept = &journal.standing.kept;
        let is_lost = |name: &String| lost.contains(name) && !kept.contains_key(name);
        if is_alike || fill::names(step).iter().any(is_lost) {
            lost.extend(step.keep.keys());
            continue;
        }
        look_before(client, step, journal, &seen, &mut asked).await?;
        let requests = {
            let layers = [&journal.standing.kept, &client.target().parameters];
            let values = values_of(&journal.header.run, &layers);
            fill(&step.path, step.body.as_ref(), &values)
        };
        for filled in requests {
            if let Some(why) = is_over() {
                return Err(why);
            }
            let made = (recipe, step, &filled);
            let answer = make(client, made, journal, &named, &mut seen).await?;
            if let Some(answer) = answer {
                lost.extend(step.keep.keys());
                unkept.push((step, answer));
            }
        }
    }
    let kept = journal.standing.kept.clone();
    let steps = recipe.set_up.iter();
    let keepers = steps.flat_map(|step| step.keep.keys().map(move |name| (name, step)));
    let missing = keepers.filter(|(name, _)| kept.get(*name).is_none_or(Vec::is_empty));
    let mut unmade = BTreeMap::new();
    for (name, step) in missing {
        let step = step.name.clone();
        unmade.entry(name.clone()).or_insert(step);
    }
    Ok(Made {
        kept,
        unmade,
        unkept: unkept.into_iter().map(|(_, answer)| answer).collect(),
    })
}

/// Writes down what is there of the kind that a step makes: what earlier answers held, and what its `find` lists for
/// a name that nobody has. A portal that does not answer that says nothing.
async fn look_before<'a>(
    client: &Client,
    step: &'a Step,
    journal: &mut Journal,
    seen: &Seen,
    asked: &mut Vec<&'a Find>,
) -> Result<(), Unmade> {
    if !creates(step) || step.keep.is_empty() {
        return Ok(());
    }
    let find = step.find.as_ref().filter(|find| !asked.contains(find));
    let mut items = Vec::new();
    if let Some(find) = find {
        asked.push(find);
        items = search::listed(client, find, &new_run(), journal)
            .await
            .unwrap_or_default();
    }
    let mut ids = NamedValues::new();
    for name in step.keep.keys() {
        let pointer = find.and_then(|find| find.keep.get(name));
        let listed = items
            .iter()
            .filter_map(|item| plain_id(item.pointer(pointer?)?));
        let mut there: BTreeSet<String> = listed.map(|id| spelled(&id)).collect();
        there.extend(seen.alike(step, name).cloned());
        let made = journal.standing.made.get(name).into_iter().flatten();
        for id in made {
            there.remove(&spelled(id));
        }
        let known = journal.standing.existed.get(name);
        there.retain(|id| known.is_none_or(|known| !known.contains(id)));
        if !there.is_empty() {
            ids.insert(name.clone(), there.into_iter().take(MAX_EXISTED).collect());
        }
    }
    if !ids.is_empty() {
        journal.write(&Entry::Existed { ids })?;
    }
    Ok(())
}

/// One request of a set-up step, between its two lines in the journal; its answer where that does not hold what is
/// kept of it.
async fn make(
    client: &Client,
    (recipe, step, filled): (&Recipe, &Step, &Filled),
    journal: &mut Journal,
    named: &Named,
    seen: &mut Seen,
) -> Result<Option<UnkeptAnswer>, Unmade> {
    let at = journal.standing.requests;
    journal.write(&Entry::Begun {
        at,
        step: step.name.clone(),
        makes: creates(step),
    })?;
    let exchange = client
        .ask(request(&step.method, filled), Repeat::Never)
        .await;
    let before = Before {
        journal,
        named,
        seen,
    };
    let kept = kept_of(client, step, filled, &before, &exchange);
    let kept = match kept {
        Ok(taken) => shown(client, step, journal, &taken)
            .await
            .map(|()| taken.kept)
            .map_err(|unkept| StepProblem::Answer {
                status: exchange.status().unwrap_or_default(),
                unkept,
            }),
        Err(problem) if says_nothing(&exchange) && step.find.is_some() => {
            let found = search::of_open(client, recipe, journal, (at, &step.name)).await;
            let is_one = |found: &NamedValues| {
                let mut kept = step.keep.keys();
                kept.all(|name| found.get(name).is_some_and(|ids| ids.len() == 1))
            };
            found.ok().filter(is_one).ok_or(problem)
        }
        Err(problem) => Err(problem),
    };
    let answer = exchange.outcome.as_ref().ok();
    if let Some(body) = answer.and_then(|response| json(response).ok()) {
        if creates(step) {
            seen.note_made(&body);
        } else {
            seen.note(&step.path, &body);
        }
    }
    if let Err(StepProblem::Answer { unkept, .. }) = &kept {
        if let Unkept::Seen { name, id } = unkept {
            let (name, id) = (name.clone(), id.clone());
            journal.write(&Entry::Doubted { name, id })?;
        }
        if let Unkept::Existed { name, id }
        | Unkept::Named { name, id }
        | Unkept::Listed { name, id }
        | Unkept::Seen { name, id } = unkept
        {
            // What looks for it later is not to take it for the run's.
            let ids = NamedValues::from([(name.clone(), vec![spelled(id)])]);
            journal.write(&Entry::Existed { ids })?;
        }
    }
    if let Ok(kept) = &kept {
        let kept = kept.clone();
        journal.write(&Entry::Ended { at, kept })?;
    } else if makes_nothing(&exchange) {
        let kept = NamedValues::new();
        journal.write(&Entry::Ended { at, kept })?;
    } else if let Ok(response) = &exchange.outcome {
        let (status, page) = (response.status, exchange.html_page().is_some());
        journal.write(&Entry::Answered { at, status, page })?;
    }
    match kept {
        Ok(_) => Ok(None),
        Err(problem) => {
            let is_of_answer = problem.is_of_answer();
            let failed = failed(client, step, filled, problem);
            if is_of_answer {
                return Ok(Some(UnkeptAnswer {
                    failed,
                    operation: None,
                    exchange,
                }));
            }
            Err(Unmade::Failed(NoTestData::Step(failed)))
        }
    }
}

/// Whether a portal says that it did what it was asked, and not a word more.
fn says_nothing(exchange: &Exchange) -> bool {
    let answer = success(exchange);
    answer.is_ok_and(|answer| answer.body.trim_ascii().is_empty())
}

/// Holds what is kept of an answer against the `find` of the step, where it has one: it does not list others in its
/// place, and it lists what nothing in the answer says to be an id.
async fn shown(
    client: &Client,
    step: &Step,
    journal: &Journal,
    taken: &Taken,
) -> Result<(), Unkept> {
    let Some(find) = &step.find else {
        return Ok(());
    };
    if !creates(step) {
        return Ok(());
    }
    for (name, ids) in &taken.kept {
        for id in ids {
            let (name, id) = (name.clone(), id.clone());
            if taken.unsaid.contains(&name) {
                if !search::shows(client, find, journal, (&name, &id)).await {
                    return Err(Unkept::Unshown { name, id });
                }
            } else if search::contradicts(client, find, journal, (&name, &id)).await {
                return Err(Unkept::Contradicted { name, id });
            }
        }
    }
    Ok(())
}
