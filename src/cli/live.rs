//! What a live portal needs before it is tried, and after: a login, test data, and its undoing.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::cli::interrupt::Interrupt;
use crate::cli::{UsageError, eprint};
use crate::client::Client;
use crate::config::Scheme;
use crate::contract::Contract;
use crate::run::Obstacle;
use crate::session::journal::{self, FOLDER, Journal, Kept};
use crate::session::login::{self, LoginError};
use crate::session::recipe::{self, Recipe, TestDataError, Undoing};
use crate::settings::Settings;
use crate::target::{Credentials, Target};

/// What command lines call the token of a login.
const LOGIN_TOKEN: &str = "LOGIN_TOKEN";

/// The steps of the target that the configuration file names.
pub(super) fn recipe(settings: &Settings) -> Recipe {
    match (&settings.name, &settings.entry, &settings.file) {
        (Some(name), Some(entry), Some(file)) => Recipe {
            target: name.clone(),
            set_up: entry.set_up.clone(),
            tear_down: entry.tear_down.clone(),
            journals: file.folder.join(FOLDER),
        },
        _ => Recipe::default(),
    }
}

/// Says what a run would leave where it is killed, and what earlier ones left; a line each.
pub(super) fn warn(recipe: &Recipe, target: &Target) {
    for name in recipe.unfindable().filter(|_| target.allow_writes) {
        eprint(&format!(
            "the set-up step `{name}` has no `find`: where its answer never comes, what it made stays on the portal\n"
        ));
    }
    let left = match journal::left(&recipe.journals) {
        0 => return,
        1 => "1 interrupted run".to_owned(),
        left => format!("{left} interrupted runs"),
    };
    eprint(&format!(
        "{left} left test data: portal-conformance cleanup\n"
    ));
}

/// The client of a target that has a token, by a login where that is how to get one.
pub(super) async fn logged_in(client: &Client) -> Result<Client, Obstacle> {
    let target = client.target();
    let credentials = &target.credentials;
    let (Scheme::Login, None, Some(user), Some(password)) = (
        credentials.scheme,
        &credentials.token,
        &credentials.user,
        &credentials.password,
    ) else {
        return Ok(client.clone());
    };
    let url = target.url.to_string();
    match login::log_in(client, user, password).await {
        Ok(token) => {
            let mut credentials = Credentials {
                token: Some(token),
                ..credentials.clone()
            };
            // No variable of the user holds it.
            LOGIN_TOKEN.clone_into(&mut credentials.variables.token);
            Ok(client.knowing(Arc::new(Target {
                credentials,
                ..target.clone()
            })))
        }
        Err(LoginError::NoAnswer(failure)) => Err(Obstacle::of_failure(&failure, target)),
        Err(error) => Err(Obstacle::Login {
            url,
            message: error.to_string(),
        }),
    }
}

/// The steps that may be carried out: without leave to write, none, and then others must name what the
/// cases need.
pub(super) fn allowed(
    recipe: &Recipe,
    target: &Target,
    contract: &Contract,
) -> Result<Recipe, UsageError> {
    if recipe.is_empty() || target.allow_writes {
        return Ok(recipe.clone());
    }
    let documented = contract.parameter_names();
    let missing: BTreeSet<&str> = recipe
        .keeps()
        .into_iter()
        .filter(|name| documented.contains(name) && !target.parameters.contains_key(*name))
        .collect();
    if let Some(name) = missing.first() {
        return Err(UsageError(format!(
            "the set-up steps of target `{}`, which make `{name}`, write to the portal: allow them with --allow-writes, or name what exists there with --param {name}=...",
            recipe.target
        )));
    }
    eprint("the set-up steps write to the portal: not carried out without --allow-writes\n");
    Ok(Recipe::default())
}

/// The test data of one run, from its journal's first line to its end.
pub(super) struct TestData<'a> {
    recipe: &'a Recipe,
    journal: Option<Journal>,
    interrupt: &'a Interrupt,
}

/// Why there is no test data.
pub(super) enum Unmade {
    /// The user wants an end.
    Stopped,
    /// The portal cannot be judged.
    Obstacle(Obstacle),
}

impl<'a> TestData<'a> {
    /// Begins a journal where there is something to make.
    pub(super) fn begin(
        recipe: &'a Recipe,
        target: &Target,
        interrupt: &'a Interrupt,
    ) -> Result<Self, UsageError> {
        let journal = if recipe.is_empty() {
            None
        } else {
            let header = recipe.header(target.url.as_str(), &target.parameters);
            Some(Journal::create(&recipe.journals, header).map_err(UsageError::of)?)
        };
        interrupt.set_has_data(journal.is_some());
        Ok(Self {
            recipe,
            journal,
            interrupt,
        })
    }

    /// Carries out the set-up steps.
    pub(super) async fn make(&mut self, client: &Client) -> Result<Kept, Unmade> {
        let Some(journal) = &mut self.journal else {
            return Ok(Kept::new());
        };
        let interrupt = self.interrupt;
        let is_stopped = || interrupt.is_raised();
        match recipe::set_up(client, self.recipe, journal, &is_stopped).await {
            Ok(kept) => Ok(kept),
            Err(TestDataError::Stopped) => Err(Unmade::Stopped),
            Err(error) => Err(Unmade::Obstacle(Obstacle::TestData {
                url: client.target().url.to_string(),
                message: error.to_string(),
            })),
        }
    }

    /// Undoes everything; what may be left, a sentence for each.
    pub(super) async fn undo(self, client: &Client) -> Vec<String> {
        let Some(journal) = self.journal else {
            return Vec::new();
        };
        let undoing = undone(client, self.recipe, journal).await;
        self.interrupt.set_has_data(!undoing.is_complete());
        let mut left = undoing.left;
        if !left.is_empty() {
            left.push(format!(
                "try again later with `portal-conformance cleanup --target {}`",
                self.recipe.target
            ));
        }
        left
    }
}

/// Undoes what a journal says, and removes it where nothing is left.
pub(super) async fn undone(client: &Client, recipe: &Recipe, mut journal: Journal) -> Undoing {
    let mut undoing = recipe::undo(client, recipe, &mut journal).await;
    if undoing.is_complete()
        && let Err(error) = journal.remove()
    {
        undoing.left.push(error.to_string());
    }
    undoing
}
