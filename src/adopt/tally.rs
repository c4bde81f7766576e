//! What stood where, counted over all answers: objects of one definition together, wherever they stand.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Map, Value};

use crate::adopt::draft::{Evidence, MemberPlace};
use crate::adopt::kinds::Kinds;
use crate::adopt::{FEW, items};
use crate::check::Expectation;
use crate::contract::Format;
use crate::profile::letters;
use crate::shape::{Kind, Object, Shape};

/// More undocumented members than these are names made of data.
const MAX_EXTRAS: usize = 200;

/// What was counted, in each format.
#[derive(Debug, Default)]
pub(super) struct Tallies {
    json: Tally,
    xml: Tally,
    /// What stood around the payload, answer by answer.
    pub(super) envelopes: Vec<Around>,
}

/// What stood around the payload of one answer.
#[derive(Debug)]
pub(super) struct Around {
    pub(super) format: Format,
    pub(super) operation: String,
    pub(super) status: u16,
    pub(super) items: i64,
    /// Whether the payload was there.
    pub(super) has_payload: bool,
    pub(super) members: Map<String, Value>,
}

/// What was counted in one format.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// The place of each documented path of an operation, and whether its definition has a name yet.
    paths: HashMap<(String, String), (MemberPlace, bool)>,
    members: BTreeMap<MemberPlace, Counts>,
    /// By the place of the object, and the name.
    extras: BTreeMap<(MemberPlace, String), Counts>,
    objects: BTreeMap<MemberPlace, Objects>,
}

/// What was counted of one member.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts {
    pub(super) present: usize,
    pub(super) absent: usize,
    pub(super) kinds: Kinds,
    /// The documented kind, where there is one.
    pub(super) documented: Option<Kind>,
    /// The answers, by their places.
    pub(super) answers: BTreeSet<usize>,
    pub(super) operations: BTreeSet<String>,
    /// How often it is absent and present where a boolean beside it is false and where it is true.
    by: BTreeMap<String, Split>,
}

/// How often false and true; each absent and present.
type Split = [[usize; 2]; 2];

/// What was counted of objects.
#[derive(Debug, Clone, Default)]
struct Objects {
    total: usize,
    answers: BTreeSet<usize>,
    operations: BTreeSet<String>,
    /// How often a boolean in them is false and true.
    by: BTreeMap<String, [usize; 2]>,
}

/// Where a walk is.
struct Walk<'a> {
    tally: &'a mut Tally,
    answer: usize,
    operation: &'a str,
    path: String,
    /// The named objects around, each with the length of its path.
    around: Vec<(String, usize)>,
}

impl Tallies {
    pub(super) fn add(
        &mut self,
        expectation: &Expectation,
        answer: usize,
        status: u16,
        body: &Value,
    ) {
        let operation = expectation.operation.id.as_str();
        let tally = match expectation.format {
            Format::Json => &mut self.json,
            Format::Xml => &mut self.xml,
        };
        for resource in expectation.resources(body) {
            let mut walk = Walk {
                tally,
                answer,
                operation,
                path: String::new(),
                around: Vec::new(),
            };
            walk.value(expectation.answer.resource(), resource);
        }
        if let (Some(payload), Value::Object(members)) = (&expectation.answer.payload, body) {
            let mut members = members.clone();
            let payload = members.remove(payload);
            self.envelopes.push(Around {
                format: expectation.format,
                operation: operation.to_owned(),
                status,
                items: items(payload.as_ref()),
                has_payload: payload.is_some(),
                members,
            });
        }
    }

    /// What was counted of a documented path, in JSON where there is any; and whether its place has a name.
    pub(super) fn at(
        &self,
        (operation, format): (&str, Format),
        path: &str,
    ) -> Option<(&MemberPlace, bool, &Counts)> {
        let key = (operation.to_owned(), path.to_owned());
        let own = match format {
            Format::Json => &self.json,
            Format::Xml => &self.xml,
        };
        [&self.json, own].into_iter().find_map(|tally| {
            let (place, is_named) = tally.paths.get(&key)?;
            Some((place, *is_named, tally.members.get(place)?))
        })
    }

    /// The undocumented members in JSON, with the places of their objects.
    pub(super) fn extras(&self) -> impl Iterator<Item = (&MemberPlace, &str, Counts)> {
        self.json.extras.iter().map(|((place, name), counts)| {
            let objects = self.json.objects.get(place).cloned().unwrap_or_default();
            let mut counts = counts.clone();
            counts.absent = objects.total - counts.present;
            counts.answers = objects.answers;
            counts.operations = objects.operations;
            for (decider, totals) in objects.by {
                let split = counts.by.entry(decider).or_default();
                for (is, total) in totals.into_iter().enumerate() {
                    split[is][0] = total - split[is][1];
                }
            }
            (place, name.as_str(), counts)
        })
    }

    /// How many documented members are in some answer.
    pub(super) fn seen(&self) -> usize {
        let all = self.json.members.iter().chain(&self.xml.members);
        let is_seen =
            |(place, counts): &(&MemberPlace, &Counts)| counts.present > 0 && !place.is_item();
        all.filter(is_seen).count()
    }

    /// How many documented members the objects of the answers could hold.
    pub(super) fn documented(&self) -> usize {
        let all = self.json.members.keys().chain(self.xml.members.keys());
        let all: BTreeSet<&MemberPlace> = all.filter(|place| !place.is_item()).collect();
        all.len()
    }

    /// Whether what is documented for a place stands beside it, by a name of the same letters: in another letter
    /// case, or with its words joined otherwise.
    pub(super) fn is_spelled_otherwise(&self, place: &MemberPlace) -> bool {
        let (object, name) = place.parted();
        let wanted = letters(name);
        let all = self.json.extras.keys().chain(self.xml.extras.keys());
        let mut beside = all.filter(|(other, _)| *other == object);
        beside.any(|(_, name)| letters(name) == wanted)
    }

    /// Whether a name in an object is that of a documented member that is absent, of the same letters.
    pub(super) fn is_spelling(&self, object: &MemberPlace, name: &str) -> bool {
        let wanted = letters(name);
        self.json.members.iter().any(|(place, counts)| {
            let is_there = place.definition == object.definition && counts.absent > 0;
            is_there && {
                let (other, name) = place.parted();
                other == *object && letters(name) == wanted
            }
        })
    }

    /// The operation whose answers have no name yet, where a place is in one.
    pub(super) fn is_named(&self, place: &MemberPlace) -> bool {
        let mut paths = self.json.paths.values();
        paths.any(|(other, is_named)| other.definition == place.definition && *is_named)
    }

    /// How many digits the fractions of all documented date-times have, and how many there are.
    pub(super) fn fractions(&self) -> (BTreeSet<Option<u8>>, usize) {
        let dates = self
            .json
            .members
            .values()
            .filter(|counts| matches!(counts.documented, Some(Kind::DateTime(_))));
        let mut all = Kinds::default();
        dates.for_each(|counts| all.extend(&counts.kinds));
        (all.digits, all.dates)
    }
}

impl MemberPlace {
    /// The object, and the name in it.
    fn parted(&self) -> (Self, &str) {
        let (within, name) = self.at.rsplit_once('/').unwrap_or(("", &self.at));
        let object = Self {
            definition: self.definition.clone(),
            at: within.to_owned(),
        };
        (object, name)
    }

    /// Whether it is that of the items of a list, which have no name.
    fn is_item(&self) -> bool {
        self.at == "*" || self.at.ends_with("/*")
    }
}

impl Counts {
    /// How many objects could have held it.
    pub(super) fn objects(&self) -> usize {
        self.present + self.absent
    }

    /// So often, of all of them.
    pub(super) fn evidence(&self, times: usize) -> Evidence {
        Evidence {
            times,
            of: self.objects(),
            answers: self.answers.len(),
            operations: self.operations.iter().cloned().collect(),
        }
    }

    /// The one boolean that says where it stands, and what it says there: in many objects, and `least` of them
    /// on each side.
    pub(super) fn decider(&self, least: usize) -> Option<(&str, bool)> {
        let decides = |split: &Split, is: bool| {
            let [own, other] = [split[usize::from(is)], split[usize::from(!is)]];
            let all = own[0] + own[1] + other[0] + other[1];
            let is_told = own[0] == 0 && own[1] >= least && other[0] >= least && other[1] == 0;
            all == self.objects() && all >= FEW && is_told
        };
        let found = self.by.iter().flat_map(|(name, split)| {
            let either = [true, false].into_iter();
            let is = either.filter(|is| decides(split, *is));
            is.map(|is| (name.as_str(), is)).collect::<Vec<_>>()
        });
        match found.collect::<Vec<_>>().as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }

    fn note(&mut self, walk: (usize, &str), deciders: &[(&str, bool)], is_there: bool) {
        let (answer, operation) = walk;
        if is_there {
            self.present += 1;
        } else {
            self.absent += 1;
        }
        self.answers.insert(answer);
        if !self.operations.contains(operation) {
            self.operations.insert(operation.to_owned());
        }
        for (name, is) in deciders {
            let split = match self.by.get_mut(*name) {
                Some(split) => split,
                None => self.by.entry((*name).to_owned()).or_default(),
            };
            split[usize::from(*is)][usize::from(is_there)] += 1;
        }
    }
}

impl Walk<'_> {
    fn value(&mut self, shape: &Shape, value: &Value) {
        match (&shape.kind, value) {
            (Kind::Object(object), Value::Object(members)) => self.object(object, members),
            (Kind::List(item), Value::Array(items)) => {
                let length = self.enter("*");
                for value in items {
                    self.count(item, Some(value), &[]);
                    self.value(item, value);
                }
                self.path.truncate(length);
            }
            _ => {}
        }
    }

    fn object(&mut self, object: &Object, members: &Map<String, Value>) {
        let is_named = object.name.is_some();
        if let Some(name) = &object.name {
            self.around.push((name.clone(), self.path.len()));
        }
        let deciders: Vec<(&str, bool)> = object
            .members
            .iter()
            .filter(|member| member.shape.kind == Kind::Boolean)
            .filter_map(|member| {
                let is = members.get(&member.name)?.as_bool()?;
                Some((member.documented.as_str(), is))
            })
            .collect();
        let (place, _) = self.place();
        let objects = self.tally.objects.entry(place.clone()).or_default();
        objects.total += 1;
        objects.answers.insert(self.answer);
        if !objects.operations.contains(self.operation) {
            objects.operations.insert(self.operation.to_owned());
        }
        for (name, is) in &deciders {
            objects.by.entry((*name).to_owned()).or_default()[usize::from(*is)] += 1;
        }
        for member in &object.members {
            let length = self.enter(&member.documented);
            let value = members.get(&member.name);
            let others: Vec<(&str, bool)> = deciders
                .iter()
                .copied()
                .filter(|(name, _)| *name != member.documented)
                .collect();
            self.count(&member.shape, value, &others);
            if let Some(value) = value {
                self.value(&member.shape, value);
            }
            self.path.truncate(length);
        }
        let known: BTreeSet<&str> = object.members.iter().map(|one| one.name.as_str()).collect();
        // Where names are data, what stands by them is one thing, and no member is missing there.
        if let Some(other) = &object.others {
            let length = self.enter("*");
            let free = members.iter();
            for (_, value) in free.filter(|(name, _)| !known.contains(name.as_str())) {
                self.count(other, Some(value), &[]);
                self.value(other, value);
            }
            self.path.truncate(length);
        }
        // Nor are names of an object of which none is known, as of a map whose page shows an empty one.
        let has_names = object.others.is_none() && !object.members.is_empty();
        for (name, value) in members.iter().filter(|_| has_names) {
            if known.contains(name.as_str()) || self.tally.extras.len() > MAX_EXTRAS {
                continue;
            }
            let counts = self.tally.extras.entry((place.clone(), name.clone()));
            let counts = counts.or_default();
            counts.note((self.answer, self.operation), &deciders, true);
            counts.kinds.add(value);
        }
        if is_named {
            self.around.pop();
        }
    }

    fn count(&mut self, shape: &Shape, value: Option<&Value>, deciders: &[(&str, bool)]) {
        let (place, is_named) = self.place();
        let key = (self.operation.to_owned(), self.path.clone());
        self.tally
            .paths
            .entry(key)
            .or_insert_with(|| (place.clone(), is_named));
        let counts = self.tally.members.entry(place).or_default();
        counts.documented.get_or_insert_with(|| shape.kind.clone());
        counts.note((self.answer, self.operation), deciders, value.is_some());
        if let Some(value) = value {
            counts.kinds.add(value);
        }
    }

    /// The place of the walk, in the innermost object that has a name; in one of its operation's otherwise.
    fn place(&self) -> (MemberPlace, bool) {
        let (definition, start, is_named) = match self.around.last() {
            Some((name, start)) => (name.as_str(), *start, true),
            None => (self.operation, 0, false),
        };
        let at = self.path.get(start..).unwrap_or_default();
        let place = MemberPlace {
            definition: definition.to_owned(),
            at: at.strip_prefix('/').unwrap_or(at).to_owned(),
        };
        (place, is_named)
    }

    fn enter(&mut self, step: &str) -> usize {
        let length = self.path.len();
        if length > 0 {
            self.path.push('/');
        }
        self.path.push_str(step);
        length
    }
}
