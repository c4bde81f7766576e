//! What shows that a portal answers for what is there.

use std::collections::{BTreeMap, BTreeSet};

use crate::client::{Client, Repeat};
use crate::config::Find;
use crate::session::journal::{Journal, NamedValues};
use crate::session::recipe::answer::{json, request, success};
use crate::session::recipe::fill::{Filled, fill};
use crate::session::recipe::named::{Named, spelled};
use crate::session::recipe::{Recipe, search, values_of};

/// What the portal shows of itself, once all that can be undone is.
pub(super) struct Signs {
    /// What it lists of the run, by the name of the parameter; `None` where it does not say.
    lists: BTreeMap<String, Option<BTreeSet<String>>>,
    /// Whether a read succeeds; `None` where there is none to be tried.
    pub(super) is_alive: Option<bool>,
}

/// What the portal lists of the things that a request names.
pub(super) enum Listing {
    /// One of them is not there any more, and what belongs to it neither.
    Without,
    /// All of them are there, and so is what it is about.
    With,
    /// The portal does not say.
    Refused,
    /// No set-up step says how to find them.
    None,
}

impl Signs {
    /// Asks for them: each `find` once, and where none succeeds, what the steps read.
    pub(super) async fn of(client: &Client, recipe: &Recipe, journal: &Journal) -> Self {
        let mut signs = Self {
            lists: BTreeMap::new(),
            is_alive: None,
        };
        let mut asked: Vec<&Find> = Vec::new();
        for find in recipe.set_up.iter().filter_map(|step| step.find.as_ref()) {
            if asked.contains(&find) {
                continue;
            }
            asked.push(find);
            let found = search::now(client, find, journal).await.ok();
            signs.is_alive = Some(signs.is_alive == Some(true) || found.is_some());
            for name in find.keep.keys() {
                let of_find = found.as_ref().map(|found| found.get(name));
                let list = signs.lists.entry(name.clone());
                let list = list.or_insert_with(|| Some(BTreeSet::new()));
                match (list.as_mut(), of_find) {
                    (Some(list), Some(ids)) => list.extend(ids.into_iter().flatten().cloned()),
                    (_, None) => *list = None,
                    (None, Some(_)) => {}
                }
            }
        }
        let layers = [&journal.standing.kept, &journal.header.named];
        for step in recipe.set_up.iter().filter(|step| step.method == "GET") {
            if signs.is_alive == Some(true) {
                break;
            }
            let values = values_of(&journal.header.run, &layers);
            if let Some(filled) = fill(&step.path, None, &values).first() {
                let exchange = client.ask(request("GET", filled), Repeat::Allowed).await;
                // What stands before a portal has texts of its own.
                let answer = success(&exchange).ok();
                signs.is_alive = Some(answer.is_some_and(|answer| json(answer).is_ok()));
            }
        }
        signs
    }

    /// What it lists of the run that the run is not known to have made, and that was not there before it.
    pub(super) fn strays(
        &self,
        client: &Client,
        recipe: &Recipe,
        journal: &Journal,
    ) -> Vec<(String, String)> {
        let named = Named::by(client.target(), &NamedValues::new());
        let makes = recipe.makes();
        let standing = &journal.standing;
        let is_known = |name: &str, id: &String| {
            let mut made = standing.made.values();
            let existed = standing.existed.get(name);
            made.any(|made| made.contains(id))
                || named.is_of_target(id)
                || existed.is_some_and(|existed| existed.contains(&spelled(id)))
        };
        let lists = self.lists.iter();
        let lists = lists.filter(|(name, _)| makes.contains(name.as_str()));
        let listed = lists.flat_map(|(name, list)| {
            let ids = list.iter().flatten();
            ids.map(move |id| (name.clone(), id.clone()))
        });
        listed.filter(|(name, id)| !is_known(name, id)).collect()
    }

    /// What it lists of what a request names, which is about all of what has the name, where it has one: that others
    /// are there says nothing of what was done to that.
    pub(super) fn listing(&self, filled: &Filled, whole: Option<&str>) -> Listing {
        let lists = filled.values.iter();
        let lists = lists.filter_map(|(name, ids)| Some((name, self.lists.get(name)?, ids)));
        let mut listing = Listing::None;
        for (name, list, ids) in lists {
            let Some(list) = list else {
                return Listing::Refused;
            };
            if ids.iter().all(|id| !list.contains(id)) {
                return Listing::Without;
            }
            if whole == Some(name) {
                listing = Listing::With;
            }
        }
        listing
    }
}
