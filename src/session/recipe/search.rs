//! What bears the name of a run, looked for on its portal.

use std::time::Duration;

use serde_json::Value;

use crate::client::{Client, Repeat};
use crate::config::{Find, Step};
use crate::run::{StepProblem, Unfound, Unkept};
use crate::session::journal::{Journal, NamedValues, new_run};
use crate::session::recipe::answer::{Before, id, is_over, json, request, success};
use crate::session::recipe::called::Called;
use crate::session::recipe::failure::is_filled;
use crate::session::recipe::fill::{fill, names_in};
use crate::session::recipe::named::{Named, spelled};
use crate::session::recipe::own::{self, Ownership};
use crate::session::recipe::seen::Seen;
use crate::session::recipe::{RUN, Recipe, creates, values_of};

/// The most ids of a list that are taken for a run's.
const MAX_FOUND: usize = 1000;
/// The pauses between looks for what a step made: a portal may list it later than it makes it.
const FIND_PAUSES: [Duration; 3] = [
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
];

/// What a request made whose answer never came, or does not say it.
///
/// # Errors
///
/// [`Unfound`] where that is still open.
pub(super) async fn of_open(
    client: &Client,
    recipe: &Recipe,
    journal: &Journal,
    (at, name): (usize, &str),
) -> Result<NamedValues, Unfound> {
    let step = recipe.set_up.iter().find(|step| step.name == name);
    let step = step.ok_or(Unfound::NoStep)?;
    // What makes nothing of its own goes with what it belongs to.
    if !creates(step) || step.keep.is_empty() {
        return Ok(NamedValues::new());
    }
    let find = step.find.as_ref().ok_or(Unfound::NoFind)?;
    let (found, mut others) = look_for(client, (recipe, step, find), journal).await?;
    let status = journal.standing.answered.get(&at);
    let is_page = journal.standing.pages.contains(&at);
    if !found.is_empty() {
        return Ok(found);
    }
    if let Some((name, id)) = others.pop() {
        return Err(Unfound::Existed { name, id });
    }
    if is_page || !status.is_some_and(|status| is_over(*status)) {
        return Err(Unfound::NotYet);
    }
    Ok(found)
}

/// Looks until something comes to light that no step is known to have made, or for long enough, and parts it from
/// what was there before; a look that fails is one that saw nothing yet.
async fn look_for(
    client: &Client,
    (recipe, step, find): (&Recipe, &Step, &Find),
    journal: &Journal,
) -> Result<(NamedValues, Vec<(String, String)>), Unfound> {
    let steps = recipe.set_up.iter().chain(&recipe.tear_down);
    let named = Named::by(client.target(), &NamedValues::new()).and(steps);
    let before = Before {
        journal,
        named: &named,
        seen: &Seen::default(),
    };
    let layers = [&journal.standing.kept, &journal.header.named];
    let values = values_of(&journal.header.run, &layers);
    let requests = fill(&step.path, step.body.as_ref(), &values);
    let existed = |name: &str, id: &str| {
        let mut requests = requests.iter();
        requests.any(|filled| before.existed(step, filled, (name, id)).is_some())
    };
    let mut pauses = FIND_PAUSES.iter();
    loop {
        let found = now(client, find, journal).await;
        let found = found.map(|found| {
            let (mut ours, mut others) = (NamedValues::new(), Vec::new());
            let kept = |(name, _): &(String, _)| step.keep.contains_key(name);
            for (name, ids) in found.into_iter().filter(kept) {
                let known = journal.standing.made.get(&name);
                let is_new = |id: &String| known.is_none_or(|known| !known.contains(id));
                for id in ids.into_iter().filter(is_new) {
                    if existed(&name, &id) {
                        others.push((name.clone(), id));
                    } else {
                        ours.entry(name.clone()).or_default().push(id);
                    }
                }
            }
            (ours, others)
        });
        let is_early = match &found {
            Ok((ours, others)) => ours.is_empty() && others.is_empty(),
            Err(why) => matches!(why, Unfound::Answer(Unkept::NoList(_))),
        };
        match pauses.next() {
            Some(pause) if is_early => tokio::time::sleep(*pause).await,
            _ => return found,
        }
    }
}

/// Whether a look finds an id, by its name, as that of something that bears the name of the run; a portal may list it
/// later than it makes it.
pub(super) async fn shows(
    client: &Client,
    find: &Find,
    journal: &Journal,
    (name, id): (&str, &str),
) -> bool {
    let is_shown = |found: Result<NamedValues, Unfound>| {
        let ids = found.ok().and_then(|mut found| found.remove(name));
        ids.is_some_and(|ids| ids.iter().any(|found| found == id))
    };
    comes(client, find, journal, is_shown).await
}

/// Whether looks find others that bear the name of the run, which no step is known to have made, and not an id that a
/// portal gave; a look that fails says nothing.
pub(super) async fn contradicts(
    client: &Client,
    find: &Find,
    journal: &Journal,
    (name, id): (&str, &str),
) -> bool {
    let is_made = |id: &String| {
        let mut made = journal.standing.made.values();
        made.any(|made| made.contains(id))
    };
    let is_none_other = |found: Result<NamedValues, Unfound>| {
        found.map_or(true, |mut found| {
            let ids = found.remove(name).unwrap_or_default();
            let mut listed = ids.iter();
            ids.iter().all(is_made) || listed.any(|found| spelled(found) == spelled(id))
        })
    };
    !comes(client, find, journal, is_none_other).await
}

/// Whether what is found comes to be as it is sought, after some pauses.
async fn comes(
    client: &Client,
    find: &Find,
    journal: &Journal,
    is_sought: impl Fn(Result<NamedValues, Unfound>) -> bool,
) -> bool {
    let mut pauses = FIND_PAUSES.iter();
    loop {
        if is_sought(now(client, find, journal).await) {
            return true;
        }
        match pauses.next() {
            Some(pause) => tokio::time::sleep(*pause).await,
            None => return false,
        }
    }
}

/// All that bears the name of the run now.
///
/// # Errors
///
/// [`Unfound`] where the portal does not say, or says it of any name.
pub(super) async fn now(
    client: &Client,
    find: &Find,
    journal: &Journal,
) -> Result<NamedValues, Unfound> {
    let run = &journal.header.run;
    let items = listed(client, find, run, journal).await?;
    let mut kept = NamedValues::new();
    let ours = items.iter().filter(|item| bears(item, find, run));
    for item in ours.filter(|item| !is_gone(item, find)) {
        for (name, pointer) in &find.keep {
            let ownership = own::ownership(item, pointer, run, &Called::default());
            if !matches!(ownership, Ownership::Own | Ownership::Unsaid) {
                let (pointer, name) = (pointer.clone(), name.clone());
                return Err(Unfound::Answer(Unkept::Foreign { pointer, name }));
            }
            let value = item.pointer(pointer).unwrap_or(&Value::Null);
            let id = id(client, name, pointer, value).map_err(|unkept| {
                Unfound::Answer(match unkept {
                    Unkept::NoId { pointer, .. } => Unkept::ItemWithoutId(pointer),
                    other => other,
                })
            })?;
            let of_name = kept.entry(name.clone()).or_default();
            if of_name.len() < MAX_FOUND && !of_name.contains(&id) {
                of_name.push(id);
            }
        }
    }
    if !kept.is_empty() && reflects(client, find, journal).await? {
        return Err(Unfound::Reflected);
    }
    Ok(kept)
}

/// Whether a look finds what bears a name that no run has: then its items may be anybody's.
async fn reflects(client: &Client, find: &Find, journal: &Journal) -> Result<bool, Unfound> {
    if !names_in(&find.path).contains(RUN) {
        return Ok(false);
    }
    let nobody = new_run();
    match listed(client, find, &nobody, journal).await {
        Ok(items) => Ok(items.iter().any(|item| bears(item, find, &nobody))),
        Err(why @ Unfound::Answer(Unkept::TooLarge(_))) => Err(why),
        // Some say so that nothing is found.
        Err(Unfound::Problem(StepProblem::Status(400..=407 | 409..=428)) | Unfound::Answer(_)) => {
            Ok(false)
        }
        Err(why) => Err(why),
    }
}

/// Whether an item says that it is deleted, or the like.
fn is_gone(item: &Value, find: &Find) -> bool {
    let says = find.gone.as_ref().and_then(|gone| item.pointer(gone));
    says.is_some_and(is_filled)
}

fn bears(item: &Value, find: &Find, run: &str) -> bool {
    let text = item.pointer(&find.holds).and_then(Value::as_str);
    text.is_some_and(|text| text.contains(run))
}

/// The items of all lists that a look for a name gets.
///
/// # Errors
///
/// [`Unfound`] where the portal does not say.
pub(super) async fn listed(
    client: &Client,
    find: &Find,
    run: &str,
    journal: &Journal,
) -> Result<Vec<Value>, Unfound> {
    let layers = [&journal.standing.kept, &journal.header.named];
    let requests = fill(&find.path, None, &values_of(run, &layers));
    if requests.is_empty() {
        return Err(Unfound::NoFind);
    }
    let mut all = Vec::new();
    for filled in requests {
        let exchange = client.ask(request("GET", &filled), Repeat::Allowed).await;
        let response = success(&exchange).map_err(Unfound::Problem)?;
        let mut body = json(response).map_err(Unfound::Answer)?;
        // An answer without the list may come from anything: nothing was looked for then.
        match body.pointer_mut(&find.list).map(Value::take) {
            Some(Value::Array(items)) => all.extend(items),
            _ => return Err(Unfound::Answer(Unkept::NoList(find.list.clone()))),
        }
    }
    Ok(all)
}
