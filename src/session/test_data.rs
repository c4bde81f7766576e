//! The test data of one run, from its journal's first line to its end.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::client::Client;
use crate::run::{Left, Leftover};
use crate::session::event::{Event, Listener};
use crate::session::journal::{Entry, Journal, JournalError, NamedValues};
use crate::session::ready;
use crate::session::recipe::{self, Made, Recipe, Seen, Unanswered, Undoing, Unmade};
use crate::session::stop::Stop;

/// How long a run may undo its test data, whatever it took before; `cleanup` undoes the rest.
const TEAR_DOWN: Duration = Duration::from_mins(2);

/// What is made for a run, and undone after it.
pub(super) struct TestData<'a> {
    recipe: &'a Recipe,
    journal: Option<Journal>,
    tell: &'a Listener,
}

impl<'a> TestData<'a> {
    /// Begins a journal where there is something to make.
    pub(super) fn begin(
        recipe: &'a Recipe,
        client: &Client,
        tell: &'a Listener,
        stop: &Stop,
    ) -> Result<Self, JournalError> {
        let journal = if recipe.is_empty() {
            None
        } else {
            let target = client.target();
            let header = recipe.header(target.url.as_str(), &target.parameters);
            let longest = ready::time_left(client);
            Some(Journal::create(&recipe.journals, header, longest, stop)?)
        };
        tell(Event::TestData {
            is_there: journal.is_some(),
        });
        Ok(Self {
            recipe,
            journal,
            tell,
        })
    }

    /// Carries out the set-up steps; what look-ups found, and what answers held, was there before.
    pub(super) async fn make(
        &mut self,
        client: &Client,
        before: (&NamedValues, Seen),
        stop: &Stop,
    ) -> Result<Made, Unmade> {
        let Some(journal) = &mut self.journal else {
            return Ok(Made::default());
        };
        let is_over = || {
            if stop.is_wanted() {
                Some(Unmade::Stopped)
            } else {
                let left = ready::time_left(client);
                left.is_zero().then_some(Unmade::OutOfTime)
            }
        };
        recipe::set_up(client, self.recipe, journal, before, &is_over).await
    }

    /// Writes down what the cases took away of it: what is not there then is gone already. Where that cannot be
    /// written, it is only told as left.
    pub(super) fn note_taken(&mut self, taken: &BTreeSet<(String, String)>) {
        let Some(journal) = &mut self.journal else {
            return;
        };
        let made = &journal.standing.made;
        let is_made =
            |name: &String, id: &String| made.get(name).is_some_and(|ids| ids.contains(id));
        let mut ids = NamedValues::new();
        for (name, id) in taken.iter().filter(|(name, id)| is_made(name, id)) {
            ids.entry(name.clone()).or_default().push(id.clone());
        }
        if !ids.is_empty() {
            let _ = journal.write(&Entry::Taken { ids });
        }
    }

    /// Undoes everything; what may be left.
    pub(super) async fn undo(self, client: &Client, stop: &Stop) -> Left {
        let Some(journal) = self.journal else {
            return Left::default();
        };
        let undoing = undone(
            client,
            self.recipe,
            journal,
            Unanswered::StaysOpen,
            TEAR_DOWN,
            stop,
        )
        .await;
        (self.tell)(Event::Undone(undoing.steps.clone()));
        (self.tell)(Event::TestData {
            is_there: !undoing.is_complete(),
        });
        Left {
            target: self.recipe.target.clone(),
            problems: undoing.left,
        }
    }
}

/// Undoes what a journal says, for so long, and removes it where nothing is left. Who wants an end waits for
/// that all the same, but not for others who are at its folder.
pub async fn undone(
    client: &Client,
    recipe: &Recipe,
    mut journal: Journal,
    unanswered: Unanswered,
    longest: Duration,
    stop: &Stop,
) -> Undoing {
    let mut undoing = recipe::undo(client, recipe, &mut journal, unanswered, longest).await;
    if undoing.is_complete()
        && let Err(error) = journal.remove(stop)
    {
        undoing.left.push(Leftover::Journal(error.to_string()));
    }
    undoing
}
