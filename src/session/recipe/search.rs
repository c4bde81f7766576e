//! What bears the name of a run, looked for on its portal.

use std::time::Duration;

use serde_json::Value;

use crate::client::{Client, Repeat};
use crate::config::{Find, Step};
use crate::run::{Unfound, Unkept};
use crate::session::journal::{Journal, Kept};
use crate::session::recipe::answer::{id, is_over, json, request, success};
use crate::session::recipe::fill::fill;
use crate::session::recipe::named::Named;
use crate::session::recipe::own::{self, Ownership};
use crate::session::recipe::{Recipe, creates, values_of};

/// The most items of a list in which a run's data is found.
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
) -> Result<Kept, Unfound> {
    let step = recipe.set_up.iter().find(|step| step.name == name);
    let step = step.ok_or(Unfound::NoStep)?;
    // What makes nothing of its own goes with what it belongs to.
    if !creates(step) || step.keep.is_empty() {
        return Ok(Kept::new());
    }
    let find = step.find.as_ref().ok_or(Unfound::NoFind)?;
    let found = look_for(client, step, find, journal).await?;
    let status = journal.state.answered.get(&at);
    let is_page = journal.state.pages.contains(&at);
    if found.is_empty() && (is_page || !status.is_some_and(|status| is_over(*status))) {
        return Err(Unfound::NotYet);
    }
    Ok(found)
}

/// Looks until something comes to light that no step is known to have made, or for long enough; a look that
/// fails is one that saw nothing yet.
async fn look_for(
    client: &Client,
    step: &Step,
    find: &Find,
    journal: &Journal,
) -> Result<Kept, Unfound> {
    let mut pauses = FIND_PAUSES.iter();
    loop {
        let mut found = now(client, find, journal).await;
        if let Ok(found) = &mut found {
            for (name, values) in &mut *found {
                let known = journal.state.kept.get(name);
                values.retain(|value| known.is_none_or(|known| !known.contains(value)));
            }
            found.retain(|name, values| step.keep.contains_key(name) && !values.is_empty());
        }
        let is_early = match &found {
            Ok(found) => found.is_empty(),
            Err(why) => matches!(why, Unfound::Answer(Unkept::NoList(_))),
        };
        match pauses.next() {
            Some(pause) if is_early => tokio::time::sleep(*pause).await,
            _ => return found,
        }
    }
}

/// All that bears the name of the run now.
///
/// # Errors
///
/// [`Unfound`] where the portal does not say.
pub(super) async fn now(client: &Client, find: &Find, journal: &Journal) -> Result<Kept, Unfound> {
    let layers = [&journal.state.kept, &journal.header.named];
    let values = values_of(&journal.header.run, &layers);
    let named = Named::by(client.target(), &Kept::new());
    let mut kept = Kept::new();
    let requests = fill(&find.path, None, &values);
    if requests.is_empty() {
        return Err(Unfound::NoFind);
    }
    for filled in requests {
        let exchange = client.ask(request("GET", &filled), Repeat::Allowed).await;
        let response = success(&exchange).map_err(Unfound::Problem)?;
        let body = json(response).map_err(Unfound::Answer)?;
        // An answer without the list may come from anything: nothing was looked for then.
        let items = body.pointer(&find.list).and_then(Value::as_array);
        let items = items.ok_or_else(|| Unfound::Answer(Unkept::NoList(find.list.clone())))?;
        let ours = items.iter().filter(|item| {
            let text = item.pointer(&find.holds).and_then(Value::as_str);
            text.is_some_and(|text| text.contains(&journal.header.run))
        });
        for item in ours.take(MAX_FOUND) {
            for (name, pointer) in &find.keep {
                if own::ownership(item, pointer, &journal.header.run) != Ownership::Own {
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
                if !named.is_of_target(&id) {
                    kept.entry(name.clone()).or_default().push(id);
                }
            }
        }
    }
    Ok(kept)
}
