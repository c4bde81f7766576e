//! Which steps cannot be carried out, or would touch what the run did not make.

use std::collections::BTreeSet;

use crate::config::Step;
use crate::session::journal::NamedValues;
use crate::session::recipe::about::{About, Place};
use crate::session::recipe::answer::is_location;
use crate::session::recipe::called::{self, Called};
use crate::session::recipe::foreign::{self, Known};
use crate::session::recipe::own;
use crate::session::recipe::{RUN, Recipe, RecipeError, creates, fill, undoing};

impl Recipe {
    /// Finds what cannot work before anything is sent.
    ///
    /// # Errors
    ///
    /// [`RecipeError`] for the first step that cannot be carried out, or would touch what the run did
    /// not make, or makes what no step undoes.
    pub fn check(&self, parameters: &NamedValues) -> Result<(), RecipeError> {
        self.check_unique(&self.set_up)?;
        self.check_unique(&self.tear_down)?;
        let mut known: BTreeSet<&str> = parameters.keys().map(String::as_str).collect();
        known.insert(RUN);
        for step in &self.set_up {
            self.check_method(step, &["DELETE", "GET", "PATCH", "POST", "PUT"])?;
            self.check_paths(step)?;
            self.check_names(step, &known)?;
            self.check_keep(step)?;
            self.check_makes(step)?;
            self.check_made(step)?;
            if step.repeatable {
                let problem = "says `repeatable`, but no set-up step is sent twice";
                return Err(self.error(step, problem.to_owned()));
            }
            if !step.spares_others.is_empty() {
                let problem = "says `spares-others`, but no set-up step undoes anything";
                return Err(self.error(step, problem.to_owned()));
            }
            known.extend(step.keep.keys().map(String::as_str));
        }
        let makes = self.makes();
        for step in &self.tear_down {
            // Reading undoes nothing.
            self.check_method(step, &["DELETE", "PATCH", "POST", "PUT"])?;
            self.check_paths(step)?;
            self.check_names(step, &known)?;
            self.check_makes(step)?;
            self.check_own(step, &makes)?;
        }
        for step in self.set_up.iter().filter(|step| creates(step)) {
            let is_undone = |name: &String| {
                let mut steps = self.tear_down.iter();
                steps.any(|undo| {
                    let own = undoing::undoes(self, undo);
                    own.is_some_and(|own| step.keep.contains_key(own))
                        && fill::names(undo).contains(name)
                })
            };
            if let Some(name) = step.keep.keys().find(|name| !is_undone(name)) {
                let problem = format!(
                    "makes `{name}`, which no tear-down step undoes: add one with `{{{name}}}` that takes away or closes all of it"
                );
                return Err(self.error(step, problem));
            }
        }
        Ok(())
    }

    /// What a tear-down step is about was made by the run, whatever else it names.
    fn check_own(&self, step: &Step, makes: &BTreeSet<&str>) -> Result<(), RecipeError> {
        let keeps = self.keeps();
        let about = self.about(step);
        let problem = match about.as_ref().map(|about| (about.name, about)) {
            Some((own, about)) if makes.contains(own) => {
                let known = Known {
                    makes: makes.clone(),
                    keeps: keeps.clone(),
                    kind: about.kind.clone(),
                    kinds: self.kinds(),
                    sets: foreign::sets(step) && about.place != Place::Body,
                    places: self
                        .makers(own)
                        .flat_map(|step| foreign::query(&step.path))
                        .collect(),
                    leads: about.place == Place::Path,
                    vouched: step.spares_others.iter().map(String::as_str).collect(),
                };
                self.check_vouched(step, about, &known)?;
                let is_stated = about.passed.is_of(&self.stated_as(own));
                if !about.called.is_of(&self.made_as(own)) && !is_stated {
                    let problem = format!(
                        "has the path `{}`, which leads to something else than what a step makes as `{own}`: what others made is never undone; expected the last word of that step's path before it, such as `contact/{{{own}}}` where it makes one at `crm/contact`, `contact/create` or `contact/person`, or the word that the step states with `makes`",
                        step.path
                    );
                    return Err(self.error(step, problem));
                }
                if let Some(word) = undoing::takes_of_others(about, &self.made_kinds(), step) {
                    let problem = format!(
                        "takes away the `{word}` of what is made: what others made is never undone; expected all of it, as with `contact/{{{own}}}`, what another step makes, or a part such as `photo`, `notes`, `tags` or `members`, or the word in `spares-others` where nothing of others goes with it"
                    );
                    return Err(self.error(step, problem));
                }
                let body = step.body.as_ref();
                let in_path = || Some((foreign::in_path(&step.path)?.to_owned(), "path"));
                let in_query = || Some((known.foreign_in_query(&step.path)?.to_owned(), "query"));
                let in_body = || Some((known.foreign_in_body(body?)?, "body"));
                match in_path().or_else(in_query).or_else(in_body) {
                    None => return Ok(()),
                    Some((part, place)) => format!(
                        "has `{part}` in its {place}: what others made is never undone; expected `{{NAME}}` alone of a value that a set-up step makes, under a name of letters, digits, `_` and `-` for its id; no other number or id; and beside it what says how or why alone, such as `force=true`, `mode=soft`, `notify`, `reason`, or what `spares-others` names, where it touches nothing of others"
                    ),
                }
            }
            Some((own, _)) if keeps.contains(own) => format!(
                "is about `{{{own}}}`, which a step keeps that makes nothing: what others made is never undone; expected a value that POST or PUT steps of `set-up` alone keep"
            ),
            _ => format!(
                "has the path `{}`, which names nothing that a set-up step makes: what others made is never undone; expected one that leads to `{{NAME}}` of a value that a set-up step keeps, such as `api/2.0/project/{{projectid}}.json`, or one that ends in what is done to it, such as `project/delete`, with its id alone in the query or, of POST and PUT, in the body; a step for each thing",
                step.path
            ),
        };
        Err(self.error(step, problem))
    }

    /// What somebody vouches for stands in the step, and is no place for ids: those of others are never undone.
    fn check_vouched(
        &self,
        step: &Step,
        about: &About<'_>,
        known: &Known<'_>,
    ) -> Result<(), RecipeError> {
        let names = foreign::names(step);
        let is_there = |name: &String| {
            names.contains(name)
                || undoing::words_behind(step, about.place).any(|word| word == name)
        };
        let vouched = step.spares_others.iter();
        let mut wrong = vouched.filter(|name| !(is_there(name) && known.is_for_vouching(name)));
        match wrong.next() {
            None => Ok(()),
            Some(name) => {
                let problem = format!(
                    "has `{name}` in `spares-others`: expected a name in its query or body, or a word behind the thing in its path, and none for ids or things"
                );
                Err(self.error(step, problem))
            }
        }
    }

    /// What a step states is said of what it makes, in words.
    fn check_makes(&self, step: &Step) -> Result<(), RecipeError> {
        let Some(makes) = &step.makes else {
            return Ok(());
        };
        let is_word = |word: &String| called::is_word(word) && !word.is_empty();
        let is_of_set_up = self.set_up.iter().any(|one| std::ptr::eq(one, step));
        let problem = if !is_of_set_up || !creates(step) {
            "says `makes`, but only POST and PUT steps of `set-up` make something"
        } else if makes.all().is_empty() || !makes.all().iter().all(is_word) {
            "has a `makes` that is no word of paths: expected one such as `contact`"
        } else {
            return Ok(());
        };
        Err(self.error(step, problem.to_owned()))
    }

    /// What all steps are about that make or undo something.
    fn kinds(&self) -> Called {
        let makers = self.set_up.iter().filter(|step| creates(step));
        makers.fold(Called::default(), |kinds, step| {
            kinds
                .and(Called::words(&step.path))
                .and(Called::made_by(step))
        })
    }

    /// What all steps make, as it is called.
    fn made_kinds(&self) -> Called {
        let makers = self.set_up.iter().filter(|step| creates(step));
        makers.fold(Called::default(), |kinds, step| {
            kinds.and(Called::made_by(step))
        })
    }

    /// The journal knows steps by name.
    fn check_unique(&self, steps: &[Step]) -> Result<(), RecipeError> {
        let mut names = BTreeSet::new();
        match steps.iter().find(|step| !names.insert(&step.name)) {
            None => Ok(()),
            Some(step) => Err(self.error(step, "has the name of another one".to_owned())),
        }
    }

    fn check_method(&self, step: &Step, methods: &[&str]) -> Result<(), RecipeError> {
        if methods.contains(&step.method.as_str()) {
            return Ok(());
        }
        let problem = format!(
            "has the method `{}`, expected one of {}",
            step.method,
            methods.join(", ")
        );
        Err(self.error(step, problem))
    }

    fn check_paths(&self, step: &Step) -> Result<(), RecipeError> {
        let find = step.find.as_ref().map(|find| &find.path);
        let mut problems = std::iter::once(&step.path)
            .chain(find)
            .filter_map(|path| Some((path, fill::path_problem(path)?)));
        match problems.next() {
            None => Ok(()),
            Some((path, problem)) => {
                let problem = format!(
                    "has the path `{path}`, which {problem}: expected one below the target's URL, such as `api/2.0/project.json`"
                );
                Err(self.error(step, problem))
            }
        }
    }

    fn check_names(&self, step: &Step, known: &BTreeSet<&str>) -> Result<(), RecipeError> {
        let names = fill::names(step);
        match names.iter().find(|name| !known.contains(name.as_str())) {
            None => Ok(()),
            Some(name) => {
                let problem = format!(
                    "uses `{{{name}}}`, which no earlier step keeps and no parameter names"
                );
                Err(self.error(step, problem))
            }
        }
    }

    fn check_keep(&self, step: &Step) -> Result<(), RecipeError> {
        let find = step.find.as_ref();
        let pointers = step.keep.values();
        let pointers = pointers.filter(|pointer| !(creates(step) && is_location(pointer)));
        let pointers = pointers.chain(find.into_iter().flat_map(|find| {
            let places = [&find.list, &find.holds].into_iter().chain(&find.gone);
            find.keep.values().chain(places)
        }));
        for pointer in pointers {
            if !(pointer.is_empty() || pointer.starts_with('/')) {
                let problem = format!(
                    "has `{pointer}` for a JSON pointer: expected one such as `/response/id`, or `header:Location` of what a step makes"
                );
                return Err(self.error(step, problem));
            }
        }
        if step.keep.contains_key(RUN) {
            return Err(self.error(
                step,
                format!("keeps `{RUN}`, which has a meaning of its own"),
            ));
        }
        if let Some(find) = find {
            if let Some(name) = step.keep.keys().find(|name| !find.keep.contains_key(*name)) {
                let problem = format!("keeps `{name}`, which its `find` does not");
                return Err(self.error(step, problem));
            }
            if !fill::names(step).contains(RUN) {
                let problem = "has a `find`, but no `{run}` in its path or body by which something could be found";
                return Err(self.error(step, problem.to_owned()));
            }
        }
        Ok(())
    }

    /// What a step keeps that makes something is the id of what it makes: its creator, its owner and whoever
    /// asks were there before.
    fn check_made(&self, step: &Step) -> Result<(), RecipeError> {
        if !creates(step) || step.keep.is_empty() {
            return Ok(());
        }
        let is_self = called::is_self(&step.path) && step.makes.is_none();
        if is_self || called::ends_in_self(&step.path) {
            let problem = format!(
                "has the path `{}`, which is about whoever asks: what is there already is not made, and never undone; where it makes something for them, state what with `makes`",
                step.path
            );
            return Err(self.error(step, problem));
        }
        let kind = Called::made_by(step);
        let kept = step.keep.iter();
        let mut kept = kept.filter(|(_, pointer)| !is_location(pointer));
        let is_shown = step.find.is_some();
        let find = step.find.iter().flat_map(|find| &find.keep);
        let foreign = kept
            .find(|(_, pointer)| !own::can_be_made(pointer, &kind, is_shown))
            .or_else(|| {
                let mut found = find.filter(|(name, _)| step.keep.contains_key(*name));
                found.find(|(_, pointer)| !own::can_be_found(pointer, &kind))
            });
        match foreign {
            None => Ok(()),
            Some((name, pointer)) => {
                let problem = format!(
                    "keeps `{name}` from `{pointer}`, which is not the own id of what it makes: what others made is never undone; expected one such as `/response/id`, `/response/0/id` in a list, and `/id` in a `find`; what is not called as an id is, a `find` of the step can show, and what it is an id of, the step states with `makes`"
                );
                Err(self.error(step, problem))
            }
        }
    }

    fn error(&self, step: &Step, problem: String) -> RecipeError {
        RecipeError {
            target: self.target.clone(),
            step: step.name.clone(),
            problem,
        }
    }
}
