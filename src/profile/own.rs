//! Whether what a user's profile says of documented members and operations can mean any.

use serde_json::Value;

use crate::contract::{Contract, Format, Operation};
use crate::names::{closest, matches};
use crate::profile::Profile;
use crate::profile::error::ProfileError;
use crate::profile::wire::is_at;
use crate::shape::path::join;
use crate::shape::{Kind, Shape};

/// A name in a file of the user's that must mean something documented.
#[derive(Debug, Clone)]
pub(super) struct Own {
    /// The name, as written.
    pub(super) text: String,
    /// What it must mean.
    pub(super) what: Meant,
    /// `file:line:column`.
    pub(super) place: String,
    /// The line with a caret below.
    pub(super) excerpt: String,
}

/// What a name must mean.
#[derive(Debug, Clone)]
pub(super) enum Meant {
    /// The end of a documented path; the whole path from an object of the definition on, where there is
    /// one.
    EndOfPath(Option<String>),
    /// The whole documented path of an object, from the resource on, or from an object of the definition.
    Object(Option<String>),
    /// A member of the object at this documented path, which begins as that of an object.
    MemberOf(String, Option<String>),
    /// A member of the objects in which a path with this end stands, which ends as a path does.
    Beside(String, Option<String>),
    /// Objects of this name.
    Definition,
    /// Operations, in whose names `*` stands for any part.
    Operations,
    /// A parameter of one of these.
    ParameterOf(Vec<String>),
}

/// What is documented.
#[derive(Default)]
struct Documented {
    /// The paths of all members, sorted.
    paths: Vec<String>,
    /// The paths of objects that have a name, with it.
    named: Vec<(String, String)>,
}

impl Documented {
    /// The paths that end as the one of an entry does.
    fn ending<'a>(
        &'a self,
        at: &'a str,
        definition: Option<&'a str>,
    ) -> Box<dyn Iterator<Item = &'a str> + 'a> {
        match definition {
            None => {
                let paths = self.paths.iter().filter(move |path| is_at(path, at));
                Box::new(paths.map(String::as_str))
            }
            Some(definition) => Box::new(self.starting(definition).filter_map(move |object| {
                let path = join(object, at);
                let place = self.paths.binary_search(&path).ok()?;
                Some(self.paths[place].as_str())
            })),
        }
    }

    /// The objects in which a member stands whose path ends so.
    fn around<'a>(
        &'a self,
        at: &'a str,
        definition: Option<&'a str>,
    ) -> impl Iterator<Item = &'a str> {
        let members = self.ending(at, definition);
        members.map(|path| path.rsplit_once('/').map_or("", |(object, _)| object))
    }

    /// The paths of the objects of a definition.
    fn starting<'a>(&'a self, definition: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.named.iter();
        let named = named.filter(move |(_, name)| name == definition);
        named.map(|(path, _)| path.as_str())
    }

    /// The objects at a path from the resource on, or from objects of a definition.
    fn objects<'a>(&'a self, path: &'a str, definition: Option<&'a str>) -> Vec<String> {
        match definition {
            None => vec![path.to_owned()],
            Some(definition) => {
                let starts = self.starting(definition);
                starts
                    .map(|start| match path {
                        "" => start.to_owned(),
                        path => join(start, path),
                    })
                    .collect()
            }
        }
    }

    fn has(&self, path: &str) -> bool {
        let found = self
            .paths
            .binary_search_by(|other| other.as_str().cmp(path));
        found.is_ok()
    }

    /// The members of some objects.
    fn members_of<'a>(&'a self, objects: &[String]) -> Vec<&'a str> {
        let paths = self.paths.iter();
        paths
            .flat_map(|path| objects.iter().filter_map(|object| below(path, object)))
            .collect()
    }
}

impl Profile {
    /// Holds the entries of a user's own files against the documented members.
    ///
    /// What the built-in profiles say is left out: other pages may document other members.
    ///
    /// # Errors
    ///
    /// [`ProfileError::Invalid`] for the first entry that means no member.
    pub fn check(&self, contract: &Contract) -> Result<(), ProfileError> {
        if self.own.is_empty() {
            return Ok(());
        }
        let documented = self.documented(contract);
        let operations = contract.operations.iter();
        let operations: Vec<&str> = operations.map(|operation| operation.id.as_str()).collect();
        for own in &self.own {
            let text = &own.text;
            let is_there = match &own.what {
                Meant::EndOfPath(definition) => documented
                    .ending(text, definition.as_deref())
                    .next()
                    .is_some(),
                Meant::Object(definition) => {
                    let objects = documented.objects(text, definition.as_deref());
                    objects.iter().any(|path| documented.has(path))
                }
                Meant::MemberOf(object, definition) => {
                    let objects = documented.objects(object, definition.as_deref());
                    objects.iter().any(|path| documented.has(&join(path, text)))
                }
                Meant::Beside(at, definition) => {
                    let mut objects = documented.around(at, definition.as_deref());
                    objects.any(|path| documented.has(&join(path, text)))
                }
                Meant::Definition => documented.starting(text).next().is_some(),
                Meant::Operations => operations.iter().any(|name| matches(text, name)),
                Meant::ParameterOf(patterns) => {
                    parameters(contract, patterns).any(|name| matches(text, name))
                }
            };
            if is_there {
                continue;
            }
            let (words, known): (_, Vec<&str>) = match &own.what {
                Meant::EndOfPath(None) => (
                    "no documented member ends with",
                    documented
                        .paths
                        .iter()
                        .flat_map(|path| ends(path))
                        .collect(),
                ),
                Meant::EndOfPath(Some(definition)) => {
                    let objects = documented.objects("", Some(definition));
                    (
                        "no documented member of the definition is",
                        documented.members_of(&objects),
                    )
                }
                Meant::Object(_) => (
                    "no documented object is at",
                    documented.paths.iter().map(String::as_str).collect(),
                ),
                Meant::MemberOf(object, definition) => {
                    let objects = documented.objects(object, definition.as_deref());
                    ("no documented member is", documented.members_of(&objects))
                }
                Meant::Beside(at, definition) => {
                    let objects = documented.around(at, definition.as_deref());
                    let objects: Vec<String> = objects.map(str::to_owned).collect();
                    (
                        "no documented member beside it is",
                        documented.members_of(&objects),
                    )
                }
                Meant::Definition => {
                    let names = documented.named.iter().map(|(_, name)| name.as_str());
                    ("no documented object is of the definition", names.collect())
                }
                Meant::Operations => ("no operation of the pages is", operations.clone()),
                Meant::ParameterOf(patterns) => (
                    "no parameter of the operation is",
                    parameters(contract, patterns).collect(),
                ),
            };
            let near = closest(text, &known);
            let near = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            return Err(ProfileError::Invalid {
                place: own.place.clone(),
                message: format!("{words} `{text}`{near}"),
                excerpt: own.excerpt.clone(),
            });
        }
        contract
            .operations
            .iter()
            .try_for_each(|operation| self.check_example(operation))
    }

    /// Holds the example of a page against the values that a user's own notes leave.
    fn check_example(&self, operation: &Operation) -> Result<(), ProfileError> {
        let answer = self.answer(operation, Format::Json);
        let example = operation.response(Format::Json);
        let (Some(answer), Some(example)) = (answer, example) else {
            return Ok(());
        };
        let body = serde_json::from_str::<Value>(operation.source.slice(example.body));
        let Ok(body) = body else { return Ok(()) };
        let payload = self.shown_payload(&answer, &body);
        let resources = match (payload, &answer.payload().kind) {
            (Some(Value::Array(items)), Kind::List(_)) => items.iter().collect(),
            (payload, _) => payload.into_iter().collect::<Vec<_>>(),
        };
        let mut places = resources.into_iter();
        let Some(path) = places.find_map(|value| outside(answer.resource(), value, "")) else {
            return Ok(());
        };
        let mut own = self.own.iter().rev();
        let own = own.find(|own| match &own.what {
            Meant::EndOfPath(_) => is_at(&path, &own.text),
            _ => false,
        });
        own.map_or(Ok(()), |own| {
            Err(ProfileError::Invalid {
                place: own.place.clone(),
                message: format!(
                    "the example of `{}` has another value at `{path}`",
                    operation.id
                ),
                excerpt: own.excerpt.clone(),
            })
        })
    }

    /// All documented members, those of this profile's own included.
    fn documented(&self, contract: &Contract) -> Documented {
        // A note may leave out the very member that it means.
        let bare = Self {
            notes: Vec::new(),
            ..self.clone()
        };
        // What a definition has a name for is also called as the page calls it.
        let undefined = Self {
            definitions: Vec::new(),
            ..bare.clone()
        };
        let mut documented = Documented::default();
        for profile in [&bare, &undefined] {
            for operation in &contract.operations {
                for format in [Format::Json, Format::Xml] {
                    if let Some(answer) = profile.answer(operation, format) {
                        walk(answer.resource(), "", &mut documented);
                    }
                }
            }
        }
        documented.paths.sort();
        documented.paths.dedup();
        documented.named.sort();
        documented.named.dedup();
        documented
    }
}

/// The names of the parameters of operations.
fn parameters<'a>(
    contract: &'a Contract,
    patterns: &'a [String],
) -> impl Iterator<Item = &'a str> + 'a {
    let meant = contract.operations.iter().filter(move |operation| {
        let name = operation.id.as_str();
        patterns.iter().any(|pattern| matches(pattern, name))
    });
    let parameters = meant.flat_map(|operation| &operation.parameters);
    parameters.map(|parameter| parameter.name.as_str())
}

/// The path of the first documented value that its place does not admit.
fn outside(shape: &Shape, value: &Value, path: &str) -> Option<String> {
    match (&shape.kind, value) {
        (Kind::Object(object), value) => {
            let listed = object.members.iter().find_map(|member| {
                let value = value.get(&member.documented)?;
                outside(&member.shape, value, &join(path, &member.documented))
            });
            let others = object.others.as_deref();
            listed.or_else(|| {
                let listed = |name: &str| {
                    object
                        .members
                        .iter()
                        .any(|member| member.documented == name)
                };
                let mut free = value.as_object()?.iter().filter(|(name, _)| !listed(name));
                let path = join(path, "*");
                free.find_map(|(_, value)| outside(others?, value, &path))
            })
        }
        (Kind::List(item), Value::Array(items)) => {
            let path = join(path, "*");
            items.iter().find_map(|value| outside(item, value, &path))
        }
        (_, value) => {
            let domain = shape.domain.as_ref()?;
            domain.outside(value).map(|_| path.to_owned())
        }
    }
}

fn walk(shape: &Shape, path: &str, documented: &mut Documented) {
    documented.paths.push(path.to_owned());
    match &shape.kind {
        Kind::Object(object) => {
            if let Some(name) = &object.name {
                documented.named.push((path.to_owned(), name.clone()));
            }
            for member in &object.members {
                walk(&member.shape, &join(path, &member.documented), documented);
            }
            if let Some(other) = &object.others {
                walk(other, &join(path, "*"), documented);
            }
        }
        Kind::List(item) => walk(item, &join(path, "*"), documented),
        _ => {}
    }
}

/// A path and all its ends.
fn ends(path: &str) -> impl Iterator<Item = &str> {
    let starts = path.match_indices('/').map(|(at, _)| at + 1);
    std::iter::once(0).chain(starts).map(|start| &path[start..])
}

/// The member of an object that a path names.
fn below<'a>(path: &'a str, object: &str) -> Option<&'a str> {
    let name = if object.is_empty() {
        path
    } else {
        path.strip_prefix(object)?.strip_prefix('/')?
    };
    (!name.contains('/')).then_some(name)
}
