//! A schema as the shape of what keeps it, with the values that the document gives.
//!
//! Places in the shape are those in the document. What narrows a type is read by [`domain`]; what is not
//! understood is an error of the schema.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::{Map, Value};

use crate::contract::Unread;
use crate::contract::openapi::branch::{self, Branch};
use crate::contract::openapi::chosen::Chosen;
use crate::contract::openapi::form::{self, Misformed};
use crate::contract::openapi::meant::{Meant, both, either};
use crate::contract::openapi::tree::At;
use crate::contract::openapi::{date_form, domain, sample};
use crate::shape::domain::Patterns;
use crate::shape::text;
use crate::shape::{Condition, Fraction, Kind, Member, Object, Seen, Shape};

/// How deep schemas may nest, references and parts of one included.
const MAX_LEVELS: usize = 100;
/// How many schemas one request or answer may be made of.
const MAX_SCHEMAS: usize = 5000;
/// How many schemas those of a whole document may be made of.
const MAX_ALL: usize = 500_000;
/// How many schemas one may be put together of in one place: each is held against all before it.
const MAX_PARTS: usize = 200;
/// Through how many references and parts it is followed which way a member goes.
const MAX_PARTED: usize = 8;
/// How many members an object may have.
const MAX_MEMBERS: usize = 1000;

/// The keywords that change what the others mean in a way that is not read.
const NOT_READ: [&str; 3] = ["$dynamicRef", "$recursiveRef", "$id"];

/// What goes from the portal alone.
const READ_ONLY: &str = "readOnly";
/// What goes to the portal alone.
const WRITE_ONLY: &str = "writeOnly";

/// Which way a value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// To the portal: what is `readOnly` is left out.
    Request,
    /// From the portal: what is `writeOnly` is left out.
    Answer,
}

/// What the readers of one document share.
#[derive(Debug)]
pub(super) struct Shared {
    /// How many schemas may still be read.
    left: usize,
    patterns: Patterns,
}

impl Default for Shared {
    fn default() -> Self {
        Self {
            left: MAX_ALL,
            patterns: Patterns::default(),
        }
    }
}

/// Reads the schemas of one request or answer.
pub(super) struct Reader<'a, 'l> {
    root: At<'a>,
    way: Direction,
    /// The schemas that are being read, outermost first.
    open: Vec<usize>,
    levels: usize,
    left: usize,
    shared: &'l mut Shared,
    /// What is told and costs nothing.
    pub(super) told: Vec<Unread>,
    /// What has another form than it should have, and is taken as it is meant.
    pub(super) taken: Vec<Unread>,
    /// References that lead nowhere, where anything is taken.
    pub(super) open_ends: Vec<Unread>,
    /// What members mean, by where their names stand.
    pub(super) descriptions: HashMap<usize, String>,
    /// Where the names of members stand whose values are more than samples of formats.
    pub(super) explicit: HashSet<usize>,
    /// What members are called that go the other way alone.
    pub(super) hidden: HashSet<String>,
    /// Where a schema says that its XML is spelled otherwise than by the names of members.
    pub(super) other_xml: Option<usize>,
    /// What the schema of a whole answer calls the root element.
    pub(super) xml_root: Option<String>,
    /// What it calls the items, where it is a list.
    pub(super) xml_item: Option<String>,
    /// The names of schemas in themselves, by what they are.
    named: HashMap<usize, String>,
    /// Where they stand in themselves, by name.
    again: Vec<(String, Unread)>,
    /// What is read next: what a reference leads to, and the member that it is the schema of.
    next: Next<'a>,
}

/// What is known of a schema by where it stands.
#[derive(Debug, Clone, Copy, Default)]
struct Next<'a> {
    /// Whether a reference leads to it.
    is_referred: bool,
    /// The member that it is the schema of.
    member: Option<&'a str>,
    /// Whether it is that of the items of a list that is the whole answer.
    is_item: bool,
}

impl<'a, 'l> Reader<'a, 'l> {
    /// A reader of a document, which counts against what is left of its bound.
    pub(super) fn new(root: At<'a>, way: Direction, shared: &'l mut Shared) -> Self {
        Self {
            root,
            way,
            open: Vec::new(),
            levels: 0,
            left: MAX_SCHEMAS,
            shared,
            told: Vec::new(),
            taken: Vec::new(),
            open_ends: Vec::new(),
            descriptions: HashMap::new(),
            explicit: HashSet::new(),
            hidden: HashSet::new(),
            other_xml: None,
            xml_root: None,
            xml_item: None,
            named: HashMap::new(),
            again: Vec::new(),
            next: Next::default(),
        }
    }

    /// What a schema says.
    pub(super) fn read(&mut self, schema: At<'a>) -> Result<Meant, Unread> {
        let too_much = |expected: String| Unread {
            offset: schema.span().start,
            expected,
            found: "one more".to_owned(),
        };
        if self.levels >= MAX_LEVELS {
            return Err(too_much(format!("a schema of at most {MAX_LEVELS} levels")));
        }
        if self.left == 0 {
            return Err(too_much(format!("at most {MAX_SCHEMAS} schemas in one")));
        }
        if self.shared.left == 0 {
            return Err(too_much(format!("at most {MAX_ALL} schemas in all")));
        }
        self.left -= 1;
        self.shared.left -= 1;
        self.levels += 1;
        let meant = self.whole(schema);
        self.levels -= 1;
        meant
    }

    /// Tells that a value has another form than its keyword.
    pub(super) fn tell(&mut self, misformed: Misformed) {
        let list = if misformed.is_taken {
            &mut self.taken
        } else {
            &mut self.told
        };
        list.push(misformed.flaw);
    }

    /// Whether what is read is the schema of all, or what it refers to.
    fn is_at_root(&self) -> bool {
        self.levels <= self.open.len() + 1
    }

    /// Takes note of what a schema says of its XML.
    fn xml(&mut self, schema: At<'a>, here: Next<'a>) {
        let is_root = self.is_at_root();
        if let Some((place, xml)) = schema.entry("xml") {
            let name = xml.get("name").and_then(At::text);
            let name = name.filter(|name| is_element_name(name));
            match name {
                Some(name) if is_root => {
                    self.xml_root.get_or_insert_with(|| name.to_owned());
                }
                _ if is_root => {}
                Some(name) if here.is_item && xml.entries().count() == 1 => {
                    self.xml_item.get_or_insert_with(|| name.to_owned());
                }
                // A schema that is referred to says what it is called as a root; what stands in another one is called
                // as its member, and may say that again.
                Some(name)
                    if xml.entries().count() == 1
                        && (here.is_referred || here.member == Some(name)) => {}
                _ => {
                    self.other_xml.get_or_insert(place.span().start);
                }
            }
        }
    }

    fn whole(&mut self, schema: At<'a>) -> Result<Meant, Unread> {
        let here = std::mem::take(&mut self.next);
        match schema.boolean() {
            Some(true) => return Ok(Meant::free()),
            Some(false) => return Err(schema.unlike("a schema that something keeps")),
            None => {}
        }
        if !schema.is_map() {
            return Err(schema.unlike("a schema"));
        }
        for keyword in NOT_READ {
            if let Some((place, _)) = schema.entry(keyword) {
                return Err(Unread {
                    offset: place.span().start,
                    expected: "keywords that are read".to_owned(),
                    found: format!("`{keyword}`"),
                });
            }
        }
        for misformed in form::misformed(schema) {
            self.tell(misformed);
        }
        self.xml(schema, here);
        let mut meant = self.own(schema)?;
        if let Some(reference) = schema.get("$ref") {
            self.next.is_item = here.is_item;
            meant = both(meant, self.referred(reference)?);
        }
        if let Some(parts) = schema.get("allOf") {
            for part in list(parts)? {
                meant = both(meant, self.read(part)?);
                within(part, meant.shape.members().len(), MAX_MEMBERS, "members")?;
            }
        }
        for keyword in ["oneOf", "anyOf"] {
            if let Some(choices) = schema.get(keyword)
                && let Some(any) = self.one_of_all(schema, choices, &meant)?
            {
                meant = both(meant, any);
            }
        }
        if let (Direction::Answer, Kind::Object(object)) = (self.way, &mut meant.shape.kind) {
            object.write_only = meant.hidden.iter().cloned().collect();
        }
        meant.shape.nullable |= form::means(schema, "nullable") || schema.says("x-nullable");
        let patterns = &mut self.shared.patterns;
        let domain = domain::of(schema, &meant.shape.kind, patterns, &mut self.told);
        if let Some(domain) = domain {
            meant.shape.narrow(domain);
        }
        self.example(schema, &mut meant);
        self.in_domain(schema, &mut meant);
        Ok(meant)
    }

    /// What keeps one of several schemas, beside what their own schema says.
    fn one_of_all(
        &mut self,
        schema: At<'a>,
        choices: At<'a>,
        meant: &Meant,
    ) -> Result<Option<Meant>, Unread> {
        let mut any: Option<Meant> = None;
        let mut chosen = Chosen::of(schema);
        let mut branches = Vec::new();
        for choice in list(choices)? {
            let place = choice;
            let choice = self.read(choice)?;
            if let Some(chosen) = &mut chosen {
                chosen.add(place, &choice.shape);
            }
            if self.way == Direction::Request {
                let (stated, is_whole) = (choice.stated.as_ref(), choice.is_whole);
                branches.push(Branch::of(&choice.shape, stated, is_whole, &choice.taken));
            }
            any = Some(match any {
                Some(any) => either(any, choice),
                None => choice,
            });
        }
        let named = chosen.as_ref().and_then(|one| one.named(meant));
        let chooses = chosen.as_ref().map(|one| one.member);
        let taken = branch::index(&branches, named, chooses);
        if let Some(any) = &mut any
            && let Some(branch) = branches.get(taken)
            && matches!(any.shape.kind, Kind::Object(_))
        {
            any.taken = branch.taken(&any.shape);
            any.is_whole = branch.is_whole;
            any.stated.clone_from(&branch.stated);
        }
        if let (Some(chosen), Some(any)) = (chosen, &mut any) {
            chosen.lay_over(any, taken);
        }
        let members = any.as_ref().map_or(0, |any| any.shape.members().len());
        within(choices, members, MAX_MEMBERS, "members")?;
        Ok(any)
    }

    /// Sees to it that there is a value that a portal may answer with: the document's, else a sample. What
    /// nothing is known to match is told and not judged.
    fn in_domain(&mut self, schema: At<'a>, meant: &mut Meant) {
        let Some(domain) = meant.shape.domain.as_deref() else {
            return;
        };
        let is_in = |value: &Value| domain.outside(value).is_none();
        if meant.stated.as_ref().is_some_and(is_in) {
            return;
        }
        if meant.is_explicit
            && let Some(place) = example_of(schema)
        {
            self.told.push(Unread {
                offset: place.span().start,
                expected: "an example that its schema admits".to_owned(),
                found: place
                    .text()
                    .map_or_else(|| place.what().to_owned(), |text| format!("`{text}`")),
            });
        }
        meant.is_explicit = false;
        meant.stated = sample::of_domain(&meant.shape);
        // What is sent is described, not judged.
        if meant.stated.is_some() || self.way == Direction::Request {
            return;
        }
        let place = schema.entry("pattern").map_or(schema, |(place, _)| place);
        self.told.push(Unread {
            offset: place.span().start,
            expected: "an example of what keeps the schema".to_owned(),
            found: "none, so that these values are not judged".to_owned(),
        });
        meant.shape.domain = None;
    }

    /// What a reference leads to; anything where it leads nowhere, or to what it stands in.
    fn referred(&mut self, reference: At<'a>) -> Result<Meant, Unread> {
        let target = match self.root.target(reference) {
            Ok(target) => target,
            Err(flaw) => {
                self.open_ends.push(flaw);
                return Ok(Meant::free());
            }
        };
        let text = reference.text().unwrap_or_default();
        if self.open.contains(&target.id) {
            let flaw = Unread {
                offset: reference.span().start,
                expected: "a schema that ends".to_owned(),
                found: format!("`{text}` in itself, where any value is accepted"),
            };
            if self.way == Direction::Request {
                self.told.push(flaw);
                return Ok(Meant::new(Kind::Mixed));
            }
            let name = self.name_of(target.id, text);
            let mut meant = Meant::new(Kind::Mixed);
            meant.shape = Shape::again(&name);
            self.again.push((name, flaw));
            return Ok(meant);
        }
        self.open.push(target.id);
        self.next.is_referred = true;
        let meant = self.read(target);
        self.open.pop();
        let mut meant = meant?;
        if let Kind::Object(object) = &mut meant.shape.kind {
            let name = text.rsplit('/').next().filter(|name| !name.is_empty());
            object.name = match self.named.get(&target.id) {
                // What is in itself refers to it by this name.
                Some(name) => Some(name.clone()),
                None => object.name.take().or_else(|| name.map(str::to_owned)),
            };
        }
        Ok(meant)
    }

    /// The name of a schema in itself, which no other one has and which all notations of schemas can hold.
    fn name_of(&mut self, target: usize, reference: &str) -> String {
        if let Some(name) = self.named.get(&target) {
            return name.clone();
        }
        let last = reference.rsplit('/').next().unwrap_or_default();
        let is_plain = |c: char| c.is_ascii_alphanumeric();
        let mut name = last.replace(|c: char| !is_plain(c), "_");
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            name.insert(0, 'S');
        }
        while name == "anything" || self.named.values().any(|other| *other == name) {
            name.push('_');
        }
        self.named.insert(target, name.clone());
        name
    }

    /// Tells the schemas in themselves that do not end in a shape: those whose object is called otherwise where it is
    /// put together with others, or that are no objects.
    pub(super) fn end(&mut self, shape: &Shape) {
        for (name, flaw) in std::mem::take(&mut self.again) {
            if shape.named(&name).is_none() {
                self.told.push(flaw);
            }
        }
    }

    /// What the keywords of a schema say without its parts.
    fn own(&mut self, schema: At<'a>) -> Result<Meant, Unread> {
        if schema.says("x-unknown") {
            return Ok(Meant::new(Kind::Unknown));
        }
        let mut types = Vec::new();
        if let Some(stated) = schema.get("type") {
            if stated.is_list() {
                types.extend(stated.items());
            } else {
                types.push(stated);
            }
        }
        let mut any: Option<Meant> = None;
        for stated in &types {
            let meant = self.of_type(stated.text().unwrap_or_default(), schema, *stated)?;
            any = Some(match any {
                Some(any) => either(any, meant),
                None => meant,
            });
        }
        if let Some(meant) = any {
            return Ok(meant);
        }
        let has = |keyword| schema.get(keyword).is_some();
        let of_objects = [
            "properties",
            "additionalProperties",
            "patternProperties",
            "required",
        ];
        if of_objects.into_iter().any(has) {
            self.object(schema)
        } else if has("items") || has("prefixItems") {
            self.list(schema)
        } else if has("format") {
            Ok(text(schema))
        } else {
            Ok(of_values(schema).unwrap_or_else(Meant::free))
        }
    }

    fn of_type(&mut self, name: &str, schema: At<'a>, place: At<'a>) -> Result<Meant, Unread> {
        Ok(match name {
            "object" => self.object(schema)?,
            "array" => self.list(schema)?,
            "string" => text(schema),
            "integer" => Meant::new(Kind::Integer),
            "number" => Meant::new(Kind::Number),
            "boolean" => Meant::new(Kind::Boolean),
            "null" => {
                let mut meant = Meant::new(Kind::Unknown);
                meant.shape.nullable = true;
                meant
            }
            other => {
                return Err(Unread {
                    offset: place.span().start,
                    expected: "a type of JSON Schema".to_owned(),
                    found: format!("`{other}`"),
                });
            }
        })
    }

    fn list(&mut self, schema: At<'a>) -> Result<Meant, Unread> {
        let items = schema
            .get("items")
            .filter(|_| schema.get("prefixItems").is_none());
        self.next.is_item = self.is_at_root();
        let item = match items {
            // One for each place, as drafts before 2020-12 had it.
            Some(items) if items.is_list() => {
                self.told.push(items.unlike("a schema of all items"));
                Meant::free()
            }
            Some(items) => self.read(items)?,
            None => Meant::free(),
        };
        Ok(Meant {
            stated: item.stated.map(|item| Value::Array(vec![item])),
            is_explicit: item.is_explicit,
            ..Meant::new(Kind::List(Box::new(item.shape)))
        })
    }

    fn object(&mut self, schema: At<'a>) -> Result<Meant, Unread> {
        let mut required: HashMap<&str, At<'a>> = HashMap::new();
        for name in schema.get("required").into_iter().flat_map(At::items) {
            required.insert(name.text().unwrap_or_default(), name);
        }
        let mut object = Object::default();
        let mut stated = Map::new();
        let mut hidden = BTreeSet::new();
        let mut is_explicit = false;
        if let Some(properties) = schema.get("properties") {
            if !properties.is_map() {
                return Err(properties.unlike("an object of schemas"));
            }
            within(
                properties,
                properties.entries().count(),
                MAX_MEMBERS,
                "members",
            )?;
            for (name, property) in properties.entries() {
                let key = name.text().unwrap_or_default();
                let is_needed = required.remove(key).is_some();
                if property.says("x-of-profile") {
                    continue;
                }
                let other_way = match self.way {
                    Direction::Request => READ_ONLY,
                    Direction::Answer => WRITE_ONLY,
                };
                if self.goes_one_way(property, other_way, MAX_PARTED) {
                    self.hidden.insert(key.to_owned());
                    hidden.insert(key.to_owned());
                    continue;
                }
                if self.way == Direction::Answer
                    && self.goes_one_way(property, READ_ONLY, MAX_PARTED)
                {
                    object.read_only.push(key.to_owned());
                }
                self.next.member = Some(key);
                let meant = self.read(property)?;
                if self.way == Direction::Request {
                    let words = property.text_of("description").split_whitespace();
                    let words = words.collect::<Vec<_>>().join(" ");
                    self.descriptions.insert(name.span().start, words);
                    if meant.is_explicit {
                        self.explicit.insert(name.span().start);
                    }
                }
                is_explicit |= meant.is_explicit;
                if let Some(value) = meant.stated {
                    stated.insert(key.to_owned(), value);
                }
                let mut member = member(name, meant.shape, !is_needed);
                documented(property, &mut member);
                object.members.push(member);
            }
        }
        object.name = Some(schema.text_of("x-name").to_owned()).filter(|name| !name.is_empty());
        // In the order of the document.
        let mut others: Vec<At<'a>> = required.into_values().collect();
        others.sort_by_key(|name| name.span().start);
        for name in others {
            object
                .members
                .push(member(name, Shape::of(Kind::Mixed), false));
        }
        let is_barred = schema.get("additionalProperties").and_then(At::boolean) == Some(false);
        let others = self.others(schema)?;
        object.sealed = is_barred && others.is_none();
        if let Some(others) = others {
            if let Some(value) = others.stated.filter(|_| stated.is_empty()) {
                stated.insert(sample::FREE_NAME.to_owned(), value);
                is_explicit |= others.is_explicit;
            }
            object.others = Some(Box::new(others.shape));
        }
        Ok(Meant {
            stated: (!stated.is_empty()).then_some(Value::Object(stated)),
            is_explicit,
            hidden,
            ..Meant::new(Kind::Object(object))
        })
    }

    /// Whether a member goes one way alone, as its schema, one that it refers to or a part of it says by a keyword.
    fn goes_one_way(&self, schema: At<'a>, keyword: &str, levels: usize) -> bool {
        if form::means(schema, keyword) {
            return true;
        }
        let Some(levels) = levels.checked_sub(1) else {
            return false;
        };
        let target = schema.get("$ref");
        let target = target.and_then(|reference| self.root.target(reference).ok());
        let parts = schema.get("allOf").into_iter().flat_map(At::items);
        let mut others = target.into_iter().chain(parts);
        others.any(|other| self.goes_one_way(other, keyword, levels))
    }

    /// What members of free names hold: those that the schema bounds by a pattern of their names, and all
    /// others, as names are no matter of a contract.
    fn others(&mut self, schema: At<'a>) -> Result<Option<Meant>, Unread> {
        let mut others: Option<Meant> = None;
        if let Some(patterns) = schema.get("patternProperties") {
            within(patterns, patterns.entries().count(), MAX_PARTS, "schemas")?;
            for (_, pattern) in patterns.entries() {
                let meant = self.read(pattern)?;
                others = Some(match others {
                    Some(known) => either(known, meant),
                    None => meant,
                });
            }
        }
        let has_patterns = others.is_some();
        let Some(rest) = schema.get("additionalProperties") else {
            // A name that no pattern matches may stand for anything.
            return Ok(has_patterns.then(Meant::free));
        };
        if rest.boolean() == Some(false) {
            return Ok(others);
        }
        let meant = self.read(rest)?;
        Ok(Some(match others {
            Some(known) => either(known, meant),
            None => meant,
        }))
    }

    /// Lays the example of a schema over what its parts give.
    fn example(&mut self, schema: At<'a>, meant: &mut Meant) {
        let Some(place) = example_of(schema) else {
            return;
        };
        self.lay_over(place, meant);
    }

    /// Lays a value of the document over what a schema gives.
    pub(super) fn lay_over(&mut self, place: At<'a>, meant: &mut Meant) {
        let Some(value) = place.value() else {
            return;
        };
        if value.is_null() {
            return;
        }
        match sample::fitted(&meant.shape, value) {
            Some(value) => {
                for member in meant.shape.members() {
                    if value.get(&member.name).is_some() {
                        self.explicit.insert(member.span.start);
                    }
                }
                let mut under = meant.stated.take();
                meant.is_explicit = true;
                if self.way == Direction::Request && value.is_object() {
                    meant.is_whole = true;
                    meant.stated = Some(sample::completed(&meant.shape, under, value));
                    return;
                }
                // Names of the document's own stand in the place of a made-up one.
                if let (Some(Value::Object(under)), Kind::Object(object), Value::Object(over)) =
                    (&mut under, &meant.shape.kind, &value)
                    && object.others.is_some()
                    && over.keys().any(|name| meant.shape.member(name).is_none())
                    && meant.shape.member(sample::FREE_NAME).is_none()
                {
                    under.remove(sample::FREE_NAME);
                }
                meant.stated = Some(match under {
                    Some(under) => sample::laid_over(under, value),
                    None => value,
                });
            }
            None => self.told.push(Unread {
                offset: place.span().start,
                expected: format!(
                    "an example of the type `{}` that its schema states",
                    meant.shape.kind.type_of().as_str()
                ),
                found: match place.text() {
                    Some(text) => format!("`{text}`"),
                    None => place.what().to_owned(),
                },
            }),
        }
    }
}

/// The value that a schema gives, in the order of trust.
fn example_of(schema: At<'_>) -> Option<At<'_>> {
    let examples = schema.get("examples");
    schema
        .get("example")
        .or_else(|| examples?.items().next())
        .or_else(|| schema.get("default"))
        .or_else(|| schema.get("const"))
        .or_else(|| schema.get("enum")?.items().find(|value| !value.is_null()))
}

/// That there is no more of something than there may be.
fn within(place: At<'_>, count: usize, most: usize, of: &str) -> Result<(), Unread> {
    if count <= most {
        return Ok(());
    }
    Err(Unread {
        offset: place.span().start,
        expected: format!("at most {most} {of} in one place"),
        found: format!("{count}"),
    })
}

fn list(place: At<'_>) -> Result<impl Iterator<Item = At<'_>>, Unread> {
    within(place, place.items().count(), MAX_PARTS, "schemas")?;
    if place.is_list() {
        Ok(place.items())
    } else {
        Err(place.unlike("a list of schemas"))
    }
}

fn member(name: At<'_>, shape: Shape, optional: bool) -> Member {
    let key = name.text().unwrap_or_default();
    Member {
        name: key.to_owned(),
        documented: key.to_owned(),
        shape,
        optional,
        seen: Seen::default(),
        when: None,
        constant: None,
        span: name.span(),
    }
}

/// What a document that was made of pages says of a member beside its schema.
fn documented(property: At<'_>, member: &mut Member) {
    if let Some(name) = property.get("x-documented-name").and_then(At::text) {
        name.clone_into(&mut member.documented);
    }
    if let Some(when) = property.get("x-when") {
        member.optional = when.says("optional");
        member.when = Some(Condition {
            member: when.text_of("member").to_owned(),
            is: when.says("is"),
            one_of: texts(when.get("one-of")),
            only: when.says("only"),
        });
    }
}

/// A text of a format; formats that no rule judges give samples alone.
fn text(schema: At<'_>) -> Meant {
    let digits = schema.get("x-fraction-digits").and_then(At::text);
    let digits = digits.and_then(|digits| digits.parse().ok());
    let fraction = digits.map_or(Fraction::Any, Fraction::Digits);
    match schema.text_of("format") {
        "date-time" if date_form::of_example(schema).is_some() => Meant::new(Kind::Text),
        "date-time" => Meant::with_sample(
            Kind::DateTime(fraction),
            Some("2024-05-06T07:08:09.0000000Z"),
        ),
        "uuid" | "guid" => Meant::new(Kind::Guid),
        format => Meant::with_sample(Kind::Text, sample::of_format(format)),
    }
}

/// What the listed values of a schema without a type say.
fn of_values(schema: At<'_>) -> Option<Meant> {
    let listed = schema.get("enum").into_iter().flat_map(At::items);
    let listed = listed.chain(schema.get("const"));
    let of = |value: At<'_>| match value.value()? {
        Value::Null => {
            let mut meant = Meant::new(Kind::Unknown);
            meant.shape.nullable = true;
            Some(meant)
        }
        Value::Bool(_) => Some(Meant::new(Kind::Boolean)),
        Value::Number(number) if number.is_f64() => Some(Meant::new(Kind::Number)),
        Value::Number(_) => Some(Meant::new(Kind::Integer)),
        Value::String(_) => Some(Meant::new(Kind::Text)),
        _ => Some(Meant::new(Kind::Mixed)),
    };
    listed.filter_map(of).reduce(either)
}

/// The texts of a list.
fn texts(list: Option<At<'_>>) -> Vec<String> {
    let items = list.into_iter().flat_map(At::items);
    items
        .filter_map(|one| one.text().map(str::to_owned))
        .collect()
}

/// Whether an element may have a name as it is.
pub(super) fn is_element_name(name: &str) -> bool {
    !name.is_empty() && text::element_name(name) == name
}
