//! Set-up steps carried out.

use crate::client::{Client, Repeat};
use crate::config::Step;
use crate::run::{NoTestData, StepProblem, Unkept};
use crate::session::journal::{Entry, Journal, Kept};
use crate::session::recipe::answer::{Before, failed, json, kept_of, makes_nothing, request};
use crate::session::recipe::fill::{Filled, fill};
use crate::session::recipe::named::Named;
use crate::session::recipe::seen::Seen;
use crate::session::recipe::{Recipe, Unmade, creates, values_of};

/// Carries out the set-up steps; what look-ups found was there before. What was kept is in the journal, and in the answer of this.
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
    looked_up: &Kept,
    is_over: &(dyn Fn() -> Option<Unmade> + Sync),
) -> Result<Kept, Unmade> {
    let steps = recipe.set_up.iter().chain(&recipe.tear_down);
    let named = Named::by(client.target(), looked_up).and(steps);
    let mut seen = Seen::default();
    for step in &recipe.set_up {
        let requests = {
            let layers = [&journal.state.kept, &client.target().parameters];
            let values = values_of(&journal.header.run, &layers);
            fill(&step.path, step.body.as_ref(), &values)
        };
        for filled in requests {
            if let Some(why) = is_over() {
                return Err(why);
            }
            make(client, (step, &filled), journal, &named, &mut seen).await?;
        }
    }
    Ok(journal.state.kept.clone())
}

/// One request of a set-up step, between its two lines in the journal.
async fn make(
    client: &Client,
    (step, filled): (&Step, &Filled),
    journal: &mut Journal,
    named: &Named,
    seen: &mut Seen,
) -> Result<(), Unmade> {
    let at = journal.state.requests;
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
    let answer = exchange.outcome.as_ref().ok();
    if let Some(body) = answer.and_then(|response| json(response).ok()) {
        seen.note(step, &body);
    }
    if let Err(StepProblem::Answer {
        unkept: Unkept::Seen { name, id },
        ..
    }) = &kept
    {
        let (name, id) = (name.clone(), id.clone());
        journal.write(&Entry::Doubted { name, id })?;
    }
    if let Ok(kept) = &kept {
        let kept = kept.clone();
        journal.write(&Entry::Ended { at, kept })?;
    } else if makes_nothing(&exchange) {
        let kept = Kept::new();
        journal.write(&Entry::Ended { at, kept })?;
    } else if let Ok(response) = &exchange.outcome {
        let (status, page) = (response.status, exchange.html_page().is_some());
        journal.write(&Entry::Answered { at, status, page })?;
    }
    match kept {
        Ok(_) => Ok(()),
        Err(problem) => {
            let failed = failed(client, step, filled, problem);
            Err(Unmade::Failed(NoTestData::Step(failed)))
        }
    }
}
