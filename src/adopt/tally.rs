//! What stood where, counted over all answers: objects of one definition together, wherever they stand, and each
//! resource once, however often it was read.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Map, Value};

use crate::adopt::draft::{Evidence, MemberPlace, NoteEntry};
use crate::adopt::kinds::Kinds;
use crate::adopt::resource::{self, Resource, Resources};
use crate::adopt::{Answer, FEW, items};
use crate::check::{Expectation, Name};
use crate::contract::Format;
use crate::profile::{Inference, letters};
use crate::shape::{Fraction, Kind, Object, Shape, path};

/// More undocumented members than these are names made of data.
const MAX_EXTRAS: usize = 200;

/// What was counted, in each format.
#[derive(Debug, Default)]
pub(super) struct Tallies {
    json: Tally,
    xml: Tally,
    resources: Resources,
    /// The documented members of payloads that were not where they should be.
    unreached: BTreeSet<MemberPlace>,
    /// What was asked for in JSON where what is documented is the whole answer, and the members below which it stood in
    /// all of these answers.
    around: (BTreeSet<Resource>, Option<BTreeSet<String>>),
    /// The places a step below the payload, or what stands where it may, at which most of what is documented stood in
    /// all answers in JSON.
    below: Option<BTreeSet<String>>,
    /// What stood around the payload, answer by answer.
    pub(super) envelopes: Vec<Around>,
}

/// What stood around the payload of one answer.
#[derive(Debug)]
pub(super) struct Around {
    /// What was asked for.
    pub(super) about: Resource,
    pub(super) format: Format,
    pub(super) operation: String,
    pub(super) status: u16,
    pub(super) items: i64,
    /// Whether the payload was there.
    pub(super) has_payload: bool,
    /// How many documented members the whole answer holds itself, and what of it may be the payload holds, in
    /// whatever letter case; looked for where the payload was not there.
    pub(super) held: usize,
    pub(super) held_in: BTreeMap<String, usize>,
    pub(super) members: Map<String, Value>,
    /// The names of those that say what was asked for, or what the payload says.
    pub(super) repeated: BTreeSet<String>,
}

/// What was counted in one format.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// The place of each documented path of an operation, and whether its definition has a name yet.
    paths: HashMap<(String, String), (MemberPlace, bool)>,
    members: BTreeMap<MemberPlace, Counts>,
    /// By the place of the object, and the name.
    extras: BTreeMap<(MemberPlace, String), Extra>,
    objects: BTreeMap<MemberPlace, Objects>,
    /// How many objects were looked at.
    reads: usize,
}

/// What was counted of one member.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts {
    pub(super) present: BTreeSet<Resource>,
    pub(super) absent: BTreeSet<Resource>,
    pub(super) kinds: Kinds,
    /// The documented kind, where there is one.
    pub(super) documented: Option<Kind>,
    /// What was asked for in these answers.
    pub(super) answers: BTreeSet<Resource>,
    pub(super) operations: BTreeSet<String>,
    /// Where it is absent and present where a boolean beside it is false and where it is true.
    by: BTreeMap<String, Split>,
}

/// Where false and true; each absent and present.
type Split = [[BTreeSet<Resource>; 2]; 2];

/// Objects that were read, each with the number of the read.
type Reads = BTreeSet<(Resource, usize)>;

/// What was counted of objects.
#[derive(Debug, Clone, Default)]
struct Objects {
    all: Reads,
    answers: BTreeSet<Resource>,
    operations: BTreeSet<String>,
    /// Where a boolean in them is false and where it is true.
    by: BTreeMap<String, [Reads; 2]>,
}

/// What was counted of an undocumented member.
#[derive(Debug, Default)]
struct Extra {
    /// The objects that have it.
    there: Reads,
    kinds: Kinds,
}

/// The resource that is looked at, what was asked for, and the operation.
type Seen<'a> = (Resource, Resource, &'a str);

/// How often members were absent or null.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seldom {
    pub(super) objects: usize,
    pub(super) absent: usize,
    pub(super) nulls: usize,
}

/// Where a walk is.
struct Walk<'a> {
    tally: &'a mut Tally,
    resources: &'a mut Resources,
    /// What was asked for.
    about: Resource,
    /// The object or item that is looked at.
    here: Resource,
    /// What has no id here, as others stand in the place of values.
    is_masked: bool,
    operation: &'a str,
    path: String,
    /// The named objects around, each with the length of its path.
    around: Vec<(String, usize)>,
}

impl Tallies {
    pub(super) fn add(
        &mut self,
        expectation: &Expectation,
        answer: &Answer,
        status: u16,
        body: &Value,
    ) {
        let operation = expectation.operation.id.as_str();
        let tally = match expectation.format {
            Format::Json => &mut self.json,
            Format::Xml => &mut self.xml,
        };
        let about = self.resources.asked(answer);
        for (at, resource) in expectation.resources(body).into_iter().enumerate() {
            let here = match at {
                0 => about,
                at => self.resources.within(about, &at.to_string(), None),
            };
            let mut walk = Walk {
                tally,
                resources: &mut self.resources,
                about,
                here,
                is_masked: answer.is_masked,
                operation,
                path: String::new(),
                around: Vec::new(),
            };
            walk.value(expectation.answer.resource(), resource);
        }
        if let Some(payload) = &expectation.answer.payload {
            let mut members = body.as_object().cloned().unwrap_or_default();
            if expectation.format == Format::Json {
                let names = below(expectation.answer.payload(), &members);
                self.below = Some(match self.below.take() {
                    None => names,
                    Some(known) => known.intersection(&names).cloned().collect(),
                });
            }
            let payload = members.remove(payload);
            let repeated = repeated(&members, payload.as_ref(), &answer.about);
            let resource = expectation.answer.resource();
            let (mut held, mut held_in) = (0, BTreeMap::new());
            if payload.is_none() {
                held = self::held(resource, body).unwrap_or_default();
                let parts = members.iter();
                held_in = parts
                    .filter_map(|(name, value)| Some((name.clone(), self::held(resource, value)?)))
                    .collect();
                self.note_unreached(expectation);
            }
            self.envelopes.push(Around {
                about,
                format: expectation.format,
                operation: operation.to_owned(),
                status,
                items: items(payload.as_ref()),
                has_payload: payload.is_some(),
                held,
                held_in,
                members,
                repeated,
            });
        } else if expectation.format == Format::Json {
            let names = members_around(expectation.answer.payload(), body);
            self.around.0.insert(about);
            self.around.1 = Some(match self.around.1.take() {
                None => names,
                Some(known) => known.intersection(&names).cloned().collect(),
            });
        }
    }

    /// The one member below which what is documented stood in every answer in JSON, and in how many; none where the
    /// documents show what is around it.
    pub(super) fn around_documented(&self) -> Option<(&str, usize)> {
        let (about, names) = &self.around;
        let mut names = names.iter().flatten();
        let name = names.next()?;
        let is_all = names.next().is_none() && self.envelopes.is_empty();
        is_all.then_some((name.as_str(), about.len()))
    }

    /// The one place a step too deep at which what is documented stood in every answer in JSON.
    pub(super) fn below(&self) -> Option<&str> {
        let mut names = self.below.iter().flatten();
        let name = names.next()?;
        names.next().is_none().then_some(name.as_str())
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
    pub(super) fn extras(&self) -> impl Iterator<Item = (&MemberPlace, &str)> {
        let extras = self.json.extras.keys();
        extras.map(|(place, name)| (place, name.as_str()))
    }

    /// What was counted of one of them.
    pub(super) fn extra(&self, place: &MemberPlace, name: &str) -> Counts {
        let key = (place.clone(), name.to_owned());
        let (Some(extra), Some(objects)) =
            (self.json.extras.get(&key), self.json.objects.get(place))
        else {
            return Counts::default();
        };
        let resources = |reads: &mut dyn Iterator<Item = &(Resource, usize)>| {
            reads.map(|(resource, _)| *resource).collect()
        };
        let split = |reads: &Reads| -> [BTreeSet<Resource>; 2] {
            [
                resources(&mut reads.difference(&extra.there)),
                resources(&mut reads.intersection(&extra.there)),
            ]
        };
        let [absent, present] = split(&objects.all);
        let by = objects.by.iter();
        Counts {
            present,
            absent,
            kinds: extra.kinds.clone(),
            documented: None,
            answers: objects.answers.clone(),
            operations: objects.operations.clone(),
            by: by
                .map(|(decider, reads)| (decider.clone(), reads.each_ref().map(split)))
                .collect(),
        }
    }

    /// In how many resources JSON says null where XML has no element, where XML lacks it nowhere else and has it in
    /// none of them.
    pub(super) fn left_out_for_null(&self, place: &MemberPlace) -> Option<usize> {
        let (json, xml) = (self.json.members.get(place)?, self.xml.members.get(place)?);
        let nulls = json.kinds.where_null()?;
        let is_so =
            json.absent.is_empty() && xml.absent.is_subset(nulls) && xml.present.is_disjoint(nulls);
        (is_so && !xml.absent.is_empty()).then_some(nulls.len())
    }

    /// What was counted in JSON of a documented member that is no longer asked for; `None` where none came.
    pub(super) fn sent(&self, note: &NoteEntry) -> Option<Counts> {
        let lower = |at: &str| at.split('/').map(letters).collect::<Vec<_>>().join("/");
        let own = lower(&note.at);
        let mut extras = self.json.extras.keys();
        let (place, name) = extras.find(|(place, name)| {
            let at = match place.at.as_str() {
                "" => letters(name),
                within => lower(&format!("{within}/{name}")),
            };
            note.is_about(&place.definition, &at, &own)
        })?;
        Some(self.extra(place, name))
    }

    /// What was counted in JSON of the members that a note is about.
    pub(super) fn seen_of(&self, note: &NoteEntry) -> Seldom {
        let all = self.json.members.iter();
        let own = all.filter(|(place, _)| note.is_about(&place.definition, &place.at, &note.at));
        own.fold(Seldom::default(), |sum, (_, counts)| Seldom {
            objects: sum.objects + counts.objects(),
            absent: sum.absent + counts.absent.len(),
            nulls: sum.nulls + counts.kinds.nulls(),
        })
    }

    /// How many documented members are in some answer.
    pub(super) fn seen(&self) -> usize {
        let all = self.json.members.iter().chain(&self.xml.members);
        let is_seen = |(place, counts): &(&MemberPlace, &Counts)| {
            !counts.present.is_empty() && !place.is_item()
        };
        all.filter(is_seen).count()
    }

    /// How many documented members the objects of the answers could hold, and how many of these stand in payloads
    /// of which none was where it should be.
    pub(super) fn documented(&self) -> (usize, usize) {
        let all = self.json.members.keys().chain(self.xml.members.keys());
        let all: BTreeSet<&MemberPlace> = all.filter(|place| !place.is_item()).collect();
        let unreached = self.unreached.iter().filter(|place| !all.contains(place));
        let unreached = unreached.count();
        (all.len() + unreached, unreached)
    }

    /// Notes the members that a payload should have held.
    fn note_unreached(&mut self, expectation: &Expectation) {
        let Kind::Object(object) = &expectation.answer.resource().kind else {
            return;
        };
        let operation = expectation.operation.id.as_str();
        let definition = object.name.as_deref().unwrap_or(operation);
        let places = object.members.iter().map(|member| MemberPlace {
            definition: definition.to_owned(),
            at: member.documented.clone(),
        });
        self.unreached.extend(places);
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
            let is_there = place.definition == object.definition && !counts.absent.is_empty();
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

    /// How many digits the fractions of the documented date-times have whose fraction is the one of the profile, and
    /// how many there are.
    pub(super) fn fractions(&self, inference: &Inference) -> (BTreeSet<Option<u8>>, usize) {
        let is_said = inference.date_time_fraction_digits.is_some();
        let is_of_profile = |place: &MemberPlace, documented: &Option<Kind>| match documented {
            Some(Kind::DateTime(Fraction::Digits(_))) => is_said,
            Some(Kind::DateTime(Fraction::Any)) => {
                let path = place.at.trim_end_matches("/*");
                let name = path.rsplit('/').next().unwrap_or_default();
                !is_said && !inference.is_loose_date_time(name)
            }
            _ => false,
        };
        let (mut digits, mut all) = (BTreeSet::new(), 0);
        for (place, counts) in &self.json.members {
            if !is_of_profile(place, &counts.documented) {
                continue;
            }
            digits.extend(counts.kinds.digits.iter().copied());
            all += counts.kinds.dates();
        }
        (digits, all)
    }
}

impl NoteEntry {
    /// Whether it is about a place in the objects of a definition, where it says this one.
    fn is_about(&self, definition: &str, at: &str, own: &str) -> bool {
        match &self.definition {
            Some(one) => one == definition && at == own,
            None => at == own || at.ends_with(&format!("/{own}")),
        }
    }
}

/// How many documented members stand in what may be a resource or a list of such, in whatever letter case; `None`
/// for what is neither.
fn held(resource: &Shape, value: &Value) -> Option<usize> {
    let Kind::Object(object) = &resource.kind else {
        return (value.is_object() || value.is_array()).then_some(0);
    };
    let documented = object.members.iter();
    let documented: BTreeSet<String> = documented.map(|one| letters(&one.documented)).collect();
    let of = |members: &Map<String, Value>| {
        let names: BTreeSet<String> = members.keys().map(|name| letters(name)).collect();
        names.intersection(&documented).count()
    };
    match value {
        Value::Object(members) => Some(of(members)),
        Value::Array(items) => {
            let items = items.iter().take(FEW).filter_map(Value::as_object);
            Some(items.map(of).max().unwrap_or_default())
        }
        _ => None,
    }
}

/// The places a step below the members of an answer at which most of what is documented stands.
fn below(documented: &Shape, members: &Map<String, Value>) -> BTreeSet<String> {
    let places = members.iter().flat_map(|(outer, value)| {
        let inner = members_around(documented, value).into_iter();
        inner.map(move |inner| format!("{outer}/{inner}"))
    });
    let is_plain = |name: &str| matches!(Name::of(name), Name::Plain(_));
    places
        .filter(|place| place.split('/').all(is_plain))
        .collect()
}

/// The names of what stands around a payload and is among what was asked for, or among its own values.
fn repeated(around: &Map<String, Value>, payload: Option<&Value>, asked: &str) -> BTreeSet<String> {
    let is_sign = |c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_');
    let asked: BTreeSet<&str> = asked.split(is_sign).collect();
    let own: BTreeSet<String> = match payload {
        Some(Value::Object(members)) => members.values().filter_map(written).collect(),
        _ => BTreeSet::new(),
    };
    let is_known = |value: &Value| {
        written(value).is_some_and(|text| asked.contains(text.as_str()) || own.contains(&text))
    };
    let known = around.iter().filter(|(_, value)| is_known(value));
    known.map(|(name, _)| name.clone()).collect()
}

/// A number or a text as it is written.
pub(super) fn written(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.trim().to_owned()),
        _ => None,
    }
}

/// The members of an answer below which most of what is documented as the whole of it stands; none where it stands in
/// its place.
fn members_around(documented: &Shape, body: &Value) -> BTreeSet<String> {
    let (resource, is_list) = match &documented.kind {
        Kind::List(item) => (&**item, true),
        _ => (documented, false),
    };
    let (Kind::Object(object), Value::Object(members)) = (&resource.kind, body) else {
        return BTreeSet::new();
    };
    let is_most = |value: &Value| {
        let held = held(resource, value).unwrap_or_default();
        held > 0 && held * 2 > object.members.len()
    };
    let is_there = |value: &Value| match value {
        Value::Array(items) => is_list && (items.is_empty() || is_most(value)),
        value => !is_list && is_most(value),
    };
    if is_most(body) {
        return BTreeSet::new();
    }
    let found = members.iter().filter(|(_, value)| is_there(value));
    found.map(|(name, _)| name.clone()).collect()
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
        self.present.union(&self.absent).count()
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
            let [own, other] = [&split[usize::from(is)], &split[usize::from(!is)]];
            let all: BTreeSet<&Resource> = split.iter().flatten().flatten().collect();
            let is_enough = own[1].len() >= least && other[0].len() >= least;
            let is_told = is_enough && own[0].is_empty() && other[1].is_empty();
            all.len() == self.objects() && all.len() >= FEW && is_told
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

    fn note(
        &mut self,
        (here, about, operation): Seen<'_>,
        deciders: &[(&str, bool)],
        is_there: bool,
    ) {
        if is_there {
            self.present.insert(here);
        } else {
            self.absent.insert(here);
        }
        self.answers.insert(about);
        if !self.operations.contains(operation) {
            self.operations.insert(operation.to_owned());
        }
        for (name, is) in deciders {
            let split = match self.by.get_mut(*name) {
                Some(split) => split,
                None => self.by.entry((*name).to_owned()).or_default(),
            };
            split[usize::from(*is)][usize::from(is_there)].insert(here);
        }
    }
}

impl Walk<'_> {
    fn value(&mut self, shape: &Shape, value: &Value) {
        match (&shape.kind, value) {
            (Kind::Object(object), Value::Object(members)) => self.object(object, members),
            (Kind::List(item), Value::Array(items)) => {
                let length = self.enter("*");
                for (at, value) in items.iter().enumerate() {
                    self.one_of_many(&at.to_string(), item, value);
                }
                self.path.truncate(length);
            }
            _ => {}
        }
    }

    /// What stands beside others of its kind.
    fn one_of_many(&mut self, step: &str, shape: &Shape, value: &Value) {
        let before = self.here;
        let step = format!("{}/{step}", self.path);
        self.here = self.resources.within(before, &step, None);
        self.count(shape, Some(value), &[]);
        self.value(shape, value);
        self.here = before;
    }

    fn object(&mut self, object: &Object, members: &Map<String, Value>) {
        let before = self.here;
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
        let id = (!self.is_masked).then(|| resource::id(object, members));
        let id = id.flatten().map(|id| (place.clone(), id));
        self.here = self.resources.within(before, &self.path, id);
        let read = (self.here, self.tally.reads);
        self.tally.reads += 1;
        let objects = self.tally.objects.entry(place.clone()).or_default();
        objects.all.insert(read);
        objects.answers.insert(self.about);
        if !objects.operations.contains(self.operation) {
            objects.operations.insert(self.operation.to_owned());
        }
        for (name, is) in &deciders {
            let by = objects.by.entry((*name).to_owned()).or_default();
            by[usize::from(*is)].insert(read);
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
            for (name, value) in free.filter(|(name, _)| !known.contains(name.as_str())) {
                self.one_of_many(name, other, value);
            }
            self.path.truncate(length);
        }
        // Nor are names of an object of which none is known, as of a map whose page shows an empty one.
        let has_names = object.others.is_none() && !object.members.is_empty();
        for (name, value) in members.iter().filter(|_| has_names) {
            if known.contains(name.as_str()) || self.tally.extras.len() > MAX_EXTRAS {
                continue;
            }
            let extra = self.tally.extras.entry((place.clone(), name.clone()));
            let extra = extra.or_default();
            extra.there.insert(read);
            extra.kinds.add(value, self.here);
        }
        self.here = before;
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
        let seen = (self.here, self.about, self.operation);
        counts.note(seen, deciders, value.is_some());
        if let Some(value) = value {
            counts.kinds.add(value, self.here);
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
        path::enter(&mut self.path, step)
    }
}
