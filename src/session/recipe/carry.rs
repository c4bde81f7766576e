//! Steps carried out, and undone.

use std::time::Duration;

use serde_json::Value;

use crate::client::{Body, Client, Exchange, FailureKind, Repeat, Request, Response, Token};
use crate::config::{Find, Step};
use crate::run::{FailedStep, Leftover, NoTestData, StepProblem, Unfound, Unkept};
use crate::session::journal::{Entry, Journal, JournalError, Kept};
use crate::session::recipe::fill::{Filled, fill};
use crate::session::recipe::{Recipe, Undoing, Unmade, values_of, writes};

/// The longest text that is taken for an id, in characters.
const MAX_ID: usize = 64;
/// The most items of a list in which a run's data is found.
const MAX_FOUND: usize = 1000;
/// The pauses between looks for what a step made: a portal may list it later than it makes it.
const FIND_PAUSES: [Duration; 3] = [
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
];

/// Carries out the set-up steps; what was kept is in the journal, and in the answer of this.
///
/// A request under way is never given up, as nobody would know what it made: `is_stopped` is asked
/// between requests.
///
/// # Errors
///
/// [`Unmade`] where a step fails; what was made until then is in the journal.
pub async fn set_up(
    client: &Client,
    recipe: &Recipe,
    journal: &mut Journal,
    is_stopped: &(dyn Fn() -> bool + Sync),
) -> Result<Kept, Unmade> {
    for step in &recipe.set_up {
        let requests = {
            let layers = [&journal.state.kept, &client.target().parameters];
            let values = values_of(&journal.header.run, &layers);
            fill(&step.path, step.body.as_ref(), &values)
        };
        for filled in requests {
            if is_stopped() {
                return Err(Unmade::Stopped);
            }
            make(client, step, &filled, journal).await?;
        }
    }
    Ok(journal.state.kept.clone())
}

/// One request of a set-up step, between its two lines in the journal.
async fn make(
    client: &Client,
    step: &Step,
    filled: &Filled,
    journal: &mut Journal,
) -> Result<(), Unmade> {
    let at = journal.state.requests;
    journal.write(&Entry::Begun {
        at,
        step: step.name.clone(),
    })?;
    let exchange = client
        .ask(request(&step.method, filled), Repeat::Never)
        .await;
    let kept = kept_of(client, step, &exchange);
    if let Ok(kept) = &kept {
        let kept = kept.clone();
        journal.write(&Entry::Ended { at, kept })?;
    } else if makes_nothing(&exchange) {
        let kept = Kept::new();
        journal.write(&Entry::Ended { at, kept })?;
    } else if let Ok(response) = &exchange.outcome {
        let status = response.status;
        journal.write(&Entry::Answered { at, status })?;
    }
    match kept {
        Ok(_) => Ok(()),
        Err(problem) => {
            let failed = failed(client, step, filled, problem);
            Err(Unmade::Failed(NoTestData::Step(failed)))
        }
    }
}

fn failed(client: &Client, step: &Step, filled: &Filled, problem: StepProblem) -> FailedStep {
    FailedStep {
        step: step.name.clone(),
        method: step.method.clone(),
        path: client.target().scrub(&filled.path),
        problem,
    }
}

fn request(method: &str, filled: &Filled) -> Request {
    Request {
        method: method.to_owned(),
        path: filled.path.trim_start_matches('/').to_owned(),
        accept: "application/json".to_owned(),
        token: Token::Valid,
        guise: crate::client::Guise::Plain,
        body: filled.body.as_ref().map(|text| Body {
            content_type: "application/json".to_owned(),
            text: text.clone(),
        }),
    }
}

/// What a step keeps of an answer, or what is wrong with it.
fn kept_of(client: &Client, step: &Step, exchange: &Exchange) -> Result<Kept, StepProblem> {
    let response = success(exchange)?;
    if step.keep.is_empty() {
        return Ok(Kept::new());
    }
    let status = response.status;
    kept_in(client, step, response).map_err(|unkept| StepProblem::Answer { status, unkept })
}

/// What a step keeps of an answer that says that it did what it was asked.
fn kept_in(client: &Client, step: &Step, response: &Response) -> Result<Kept, Unkept> {
    let body = json(response)?;
    let mut kept = Kept::new();
    for (name, pointer) in &step.keep {
        let value = body.pointer(pointer).ok_or_else(|| Unkept::Nothing {
            pointer: pointer.clone(),
            name: name.clone(),
        })?;
        let id = id(value).ok_or_else(|| Unkept::NoId {
            pointer: pointer.clone(),
            name: name.clone(),
            longest: MAX_ID,
        })?;
        // Else it would be undone in the end.
        if writes(step) && is_named(client, name, &id) {
            let name = name.clone();
            return Err(Unkept::Existed { name, id });
        }
        kept.insert(name.clone(), vec![id]);
    }
    Ok(kept)
}

fn is_named(client: &Client, name: &str, id: &str) -> bool {
    let named = client.target().parameters.get(name);
    named.is_some_and(|values| values.iter().any(|value| value == id))
}

/// An id of the portal: nothing else of its answers is kept.
fn id(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) if number.is_i64() || number.is_u64() => Some(number.to_string()),
        Value::String(text) => {
            let is_id = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
            let fits = (1..=MAX_ID).contains(&text.len());
            (fits && text.chars().all(is_id)).then(|| text.clone())
        }
        _ => None,
    }
}

/// The answer, where the portal says that it did what it was asked.
fn success(exchange: &Exchange) -> Result<&Response, StepProblem> {
    let response = exchange
        .outcome
        .as_ref()
        .map_err(|failure| StepProblem::Failure {
            kind: failure.kind,
            message: failure.message.clone(),
        })?;
    let status = response.status;
    if exchange.html_page().is_some() {
        Err(StepProblem::Page(status))
    } else if (200..300).contains(&status) {
        Ok(response)
    } else {
        Err(StepProblem::Status(status))
    }
}

fn json(response: &Response) -> Result<Value, Unkept> {
    let body = response.body.strip_prefix(b"\xef\xbb\xbf");
    serde_json::from_slice(body.unwrap_or(&response.body)).map_err(|_| Unkept::NoJson)
}

/// Whether it is certain that a request had no effect: it was refused, or never arrived.
fn makes_nothing(exchange: &Exchange) -> bool {
    match &exchange.outcome {
        Ok(response) => (400..500).contains(&response.status) && response.status != 408,
        Err(failure) => {
            failure.status.is_none()
                && matches!(failure.kind, FailureKind::Connect | FailureKind::Tls)
        }
    }
}

/// Undoes what a journal says was made, and looks for what it does not know; what is undone already is
/// left alone, so it can be called again.
pub async fn undo(client: &Client, recipe: &Recipe, journal: &mut Journal) -> Undoing {
    let mut undoing = Undoing::default();
    look_for_open(client, recipe, journal, &mut undoing).await;
    for step in &recipe.tear_down {
        let requests = {
            // A parameter that set-up steps keep never stands for a value that somebody named.
            let keeps = recipe.keeps();
            let mut named = journal.header.named.clone();
            named.retain(|name, _| !keeps.contains(name.as_str()));
            let layers = [&journal.state.kept, &named];
            let values = values_of(&journal.header.run, &layers);
            fill(&step.path, step.body.as_ref(), &values)
        };
        for filled in requests {
            undo_one(client, step, &filled, journal, &mut undoing).await;
        }
    }
    undoing
}

async fn undo_one(
    client: &Client,
    step: &Step,
    filled: &Filled,
    journal: &mut Journal,
    undoing: &mut Undoing,
) {
    let entry = (step.name.clone(), filled.values.clone());
    if journal.state.undone.contains(&entry) {
        return;
    }
    let exchange = client
        .ask(request(&step.method, filled), Repeat::Allowed)
        .await;
    let is_gone = exchange.html_page().is_none() && matches!(exchange.status(), Some(404 | 410));
    match success(&exchange) {
        Ok(_) => undoing.undone += 1,
        Err(_) if is_gone => undoing.gone += 1,
        Err(problem) => {
            let failed = failed(client, step, filled, problem);
            undoing.left.push(Leftover::Step(failed));
            return;
        }
    }
    let (step, values) = entry;
    note(journal.write(&Entry::Undone { step, values }), undoing);
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
async fn look_for_open(
    client: &Client,
    recipe: &Recipe,
    journal: &mut Journal,
    undoing: &mut Undoing,
) {
    for (at, name) in journal.state.open.clone() {
        let step = recipe.set_up.iter().find(|step| step.name == name);
        let kept = match step {
            // What makes nothing of its own goes with what it belongs to.
            Some(step) if !writes(step) || step.keep.is_empty() => Ok(Kept::new()),
            Some(Step {
                find: Some(find), ..
            }) => look_for(client, find, journal).await,
            Some(_) => Err(Unfound::NoFind),
            None => Err(Unfound::NoStep),
        };
        match kept {
            Ok(kept) => note(journal.write(&Entry::Ended { at, kept }), undoing),
            Err(why) => undoing.left.push(Leftover::Unfound {
                step: name,
                answered: journal.state.answered.get(&at).copied(),
                why,
                run: journal.header.run.clone(),
                journal: journal.path().to_owned(),
            }),
        }
    }
}

/// Looks until something comes to light that no step is known to have made, or for long enough.
async fn look_for(client: &Client, find: &Find, journal: &Journal) -> Result<Kept, Unfound> {
    let mut pauses = FIND_PAUSES.iter();
    loop {
        let mut found = found_now(client, find, journal).await?;
        for (name, values) in &mut found {
            let known = journal.state.kept.get(name);
            values.retain(|value| known.is_none_or(|known| !known.contains(value)));
        }
        found.retain(|_, values| !values.is_empty());
        match pauses.next() {
            Some(pause) if found.is_empty() => tokio::time::sleep(*pause).await,
            _ => return Ok(found),
        }
    }
}

async fn found_now(client: &Client, find: &Find, journal: &Journal) -> Result<Kept, Unfound> {
    let layers = [&journal.state.kept, &journal.header.named];
    let values = values_of(&journal.header.run, &layers);
    let mut kept = Kept::new();
    for filled in fill(&find.path, None, &values) {
        let exchange = client.ask(request("GET", &filled), Repeat::Allowed).await;
        let response = success(&exchange).map_err(Unfound::Problem)?;
        let body = json(response).map_err(Unfound::Answer)?;
        // Portals leave empty lists out.
        let Some(list) = body.pointer(&find.list) else {
            continue;
        };
        let items = list
            .as_array()
            .ok_or_else(|| Unfound::Answer(Unkept::NoList(find.list.clone())))?;
        let ours = items.iter().filter(|item| {
            let text = item.pointer(&find.holds).and_then(Value::as_str);
            text.is_some_and(|text| text.contains(&journal.header.run))
        });
        for item in ours.take(MAX_FOUND) {
            for (name, pointer) in &find.keep {
                let id = item.pointer(pointer).and_then(id);
                let id = id.ok_or_else(|| {
                    let unkept = Unkept::ItemWithoutId(pointer.clone());
                    Unfound::Answer(unkept)
                })?;
                if !is_named(client, name, &id) {
                    kept.entry(name.clone()).or_default().push(id);
                }
            }
        }
    }
    Ok(kept)
}

#[cfg(test)]
mod tests;
