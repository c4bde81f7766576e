//! From the example of a page to the shape of every answer of one kind of portal.

use serde_json::Value;

use crate::contract::{Format, Operation};
use crate::names::Patterns;
use crate::profile::{
    Added, Booleans, Definition, Inference, NamesOf, Note, NotedType, Profile, When,
};
use crate::shape::domain::{Domain, Pattern};
use crate::shape::path;
use crate::shape::{self, Condition, Fraction, Kind, Member, Object, Seen, Shape};
use crate::source::Span;

/// What an answer of one operation in one format must look like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerShape {
    /// The whole body: the envelope, its payload included.
    pub envelope: Shape,
    /// The name of the member that holds the payload, where the example has it.
    pub payload: Option<String>,
    /// Whether what is documented is the payload alone, without the envelope around it.
    pub is_bare: bool,
    /// How XML spells booleans in it.
    pub booleans: Booleans,
    /// The root element in XML.
    pub root: String,
    /// Whether it may have any name, as its document says none.
    pub is_root_free: bool,
    /// How XML has a list that is the whole answer, where a document says that it is one.
    pub list: Option<RootList>,
}

/// A list that is the whole answer in XML: the root element holds the items and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootList {
    /// What the items are called; whatever they are called alike where nothing says it.
    pub item: Option<String>,
}

impl AnswerShape {
    /// The shape of the payload; the whole body where there is no envelope.
    #[must_use]
    pub fn payload(&self) -> &Shape {
        self.payload
            .as_ref()
            .and_then(|name| self.envelope.member(name))
            .map_or(&self.envelope, |member| &member.shape)
    }

    /// Where the names of documented members begin, as violations have them: at the resource, or where nothing is
    /// around the payload at the whole answer.
    #[must_use]
    pub fn named_from(&self) -> &Shape {
        match self.payload {
            Some(_) => self.resource(),
            None => &self.envelope,
        }
    }

    /// The shape of one resource: the payload, or an item of it where it is a list.
    #[must_use]
    pub fn resource(&self) -> &Shape {
        match &self.payload().kind {
            Kind::List(item) => item,
            _ => self.payload(),
        }
    }

    /// The JSON pointer of the payload.
    #[must_use]
    pub fn payload_pointer(&self) -> String {
        self.payload
            .as_ref()
            .map_or(String::new(), |name| format!("/{name}"))
    }
}

impl Profile {
    /// The payload of an answer as the pages show it: what holds it there, or all of it where nothing does.
    pub(crate) fn shown_payload<'v>(
        &self,
        answer: &AnswerShape,
        shown: &'v Value,
    ) -> Option<&'v Value> {
        let name = self.envelope.documented_payload();
        match &answer.payload {
            _ if answer.is_bare => Some(shown),
            Some(_) => shown.get(name),
            None if self.envelope.payload.is_empty() => shown.get(name).or(Some(shown)),
            None => Some(shown),
        }
    }

    /// The shape of the answers of an operation in a format; `None` where the page has no example.
    #[must_use]
    pub fn answer(&self, operation: &Operation, format: Format) -> Option<AnswerShape> {
        let example = operation.response(format)?;
        let json = operation
            .response(Format::Json)
            .map(|json| match &json.shape {
                Some(shape) => shape.as_ref().clone(),
                None => shape::json::shape(&operation.source, json.body),
            });
        let documented = match (&example.shape, format) {
            (Some(shape), _) => shape.as_ref().clone(),
            (None, Format::Json) => json?,
            (None, Format::Xml) => {
                shape::xml::shape(&operation.source, example.body, json.as_ref())
            }
        };
        let name = self.envelope.documented_payload();
        let is_bare = self.is_of_payload(example);
        let is_enveloped = is_bare || self.is_enveloped(example, &documented);
        let documented = if is_bare {
            wrapped(documented, name, example.media_type)
        } else {
            documented
        };
        let mut said = Said::of(self, operation);
        said.dictionary = operation.returned_dictionary();
        said.is_enveloped = is_enveloped;
        said.is_stated = example.shape.is_some() && !example.is_of_examples;
        let (envelope, payload) = said.answer(documented, operation);
        Some(AnswerShape {
            envelope,
            payload,
            is_bare,
            booleans: self.booleans(operation),
            root: self.root(operation),
            is_root_free: format == Format::Xml && self.promised_root(operation).is_none(),
            list: self.root_list(operation).filter(|_| format == Format::Xml),
        })
    }
}

impl AnswerShape {
    /// What is known of the answers of an operation that documents none: nothing.
    #[must_use]
    pub fn undocumented(operation: &Operation, profile: &Profile) -> Self {
        Self {
            envelope: Shape::of(Kind::Unknown),
            payload: None,
            is_bare: false,
            booleans: profile.booleans(operation),
            root: profile.root(operation),
            is_root_free: false,
            list: None,
        }
    }
}

/// What a profile says of the answers of one operation, and where in them a walk is.
struct Said<'a> {
    profile: &'a Profile,
    /// The last one first: later notes override earlier ones.
    notes: Vec<&'a Note>,
    added: Vec<&'a Added>,
    /// The last one first.
    definitions: Vec<&'a Definition>,
    /// What the values of a dictionary are, where the page says that one is returned, or a list of them.
    dictionary: Option<(bool, Kind)>,
    /// Whether types are those that a schema states, and not what an example looks like.
    is_stated: bool,
    /// Whether the profile's envelope is around the payload.
    is_enveloped: bool,
    /// The documented path from the payload on.
    path: String,
    /// The named objects around the place, each with the length of its path.
    around: Vec<(String, usize)>,
}

impl<'a> Said<'a> {
    fn of(profile: &'a Profile, operation: &Operation) -> Self {
        let is_meant = |patterns: &Option<Patterns>| {
            let patterns = patterns.as_ref();
            patterns.is_none_or(|patterns| patterns.mean(operation.id.as_str()))
        };
        let notes = profile.notes.iter().rev();
        let added = profile.added.iter();
        let definitions = profile.definitions.iter().rev();
        Self {
            profile,
            notes: notes.filter(|one| is_meant(&one.operation)).collect(),
            added: added.filter(|one| is_meant(&one.operation)).collect(),
            definitions: definitions.filter(|one| is_meant(&one.operation)).collect(),
            dictionary: None,
            is_stated: false,
            is_enveloped: true,
            path: String::new(),
            around: Vec::new(),
        }
    }

    /// The shape of the whole answer, and the member that holds the payload, where one does.
    fn answer(&mut self, documented: Shape, operation: &Operation) -> (Shape, Option<String>) {
        let envelope = &self.profile.envelope;
        let name = &envelope.payload;
        let Kind::Object(mut root) = documented.kind.clone() else {
            self.is_of_returned(&documented);
            return (self.shape(documented, None), None);
        };
        let on_pages = envelope.documented_payload();
        let at = root.members.iter();
        let at = at.clone().position(|member| member.name == on_pages);
        let Some(at) = at.filter(|_| self.is_enveloped) else {
            return (self.shape(documented, None), None);
        };
        // The payload, or one item of it, has the name that the page's `Returns` gives it.
        let resource = resource_name(&operation.returns);
        if name.is_empty() {
            let payload = root.members.swap_remove(at).shape;
            return (self.payload(payload, resource), None);
        }
        let payload = &mut root.members[at];
        payload.name.clone_from(name);
        payload.documented.clone_from(name);
        let shape = std::mem::replace(&mut payload.shape, Shape::of(Kind::Unknown));
        payload.shape = self.payload(shape, resource);
        for listed in &envelope.members {
            let shape = Shape {
                varies: listed.varies,
                ..Shape::of(listed.kind.kind())
            };
            let kind = &shape.kind;
            // A constant is a number.
            let is_number = matches!(kind, Kind::Integer | Kind::Number);
            let constant = listed.constant.filter(|_| is_number);
            let optional = listed.optional || listed.omitted_at_zero;
            match root
                .members
                .iter_mut()
                .find(|member| member.name == listed.name)
            {
                Some(member) => {
                    member.optional = optional;
                    if !envelope.documented_types || !is_other(&member.shape.kind, kind) {
                        member.constant = constant;
                        member.shape = shape;
                    }
                }
                None => root.members.push(Member {
                    name: listed.name.clone(),
                    documented: listed.name.clone(),
                    shape,
                    optional,
                    seen: Seen::default(),
                    when: None,
                    constant,
                    span: Span::default(),
                }),
            }
        }
        root.closed = envelope.closed;
        root.sealed = false;
        (Shape::of(Kind::Object(root)), Some(name.clone()))
    }

    /// Applies names and notes to a payload, whose resources have a name.
    fn payload(&mut self, shape: Shape, resource: Option<String>) -> Shape {
        self.is_of_returned(&shape);
        match shape.kind {
            Kind::List(item) => Shape::of(Kind::List(Box::new(self.shape(*item, resource)))),
            _ => self.shape(shape, resource),
        }
    }

    /// Forgets the dictionary that is returned where the example shows a list of pairs, or no list of such.
    fn is_of_returned(&mut self, payload: &Shape) {
        let is_list = matches!(payload.kind, Kind::List(_));
        self.dictionary = self
            .dictionary
            .take()
            .filter(|(in_list, _)| *in_list == is_list);
    }

    /// One step further down; what leads back.
    fn enter(&mut self, step: &str) -> usize {
        path::enter(&mut self.path, step)
    }

    fn leave(&mut self, length: usize) {
        self.path.truncate(length);
    }

    /// Applies names and notes to the shape at a place, and to all below it; `name` is the name of an
    /// object that no definition has another one for.
    fn shape(&mut self, shape: Shape, name: Option<String>) -> Shape {
        let noted = self.notes().find_map(|note| note.kind);
        let nullable = self.notes().find_map(|note| note.nullable);
        let varies = self.notes().find_map(|note| note.varies);
        let domain = self.notes().find_map(Note::domain);
        let Inference {
            date_time_fraction_digits: digits,
            ..
        } = self.profile.inference;
        let fraction = digits.map_or(Fraction::Any, Fraction::Digits);
        let kind = match shape.kind {
            Kind::Object(object) => Kind::Object(self.object(object, name)),
            Kind::List(item) => {
                let length = self.enter("*");
                let item = self.shape(*item, None);
                self.leave(length);
                Kind::List(Box::new(item))
            }
            Kind::DateTime(stated) => self.date_time(stated, fraction),
            kind => kind,
        };
        let kind = match noted.map(NotedType::kind) {
            Some(Kind::DateTime(_)) => Kind::DateTime(fraction),
            Some(kind) => kind,
            None => kind,
        };
        let kept = shape.domain.filter(|_| noted.is_none());
        let kept = kept.map(|domain| self.with_kept_format(domain, fraction));
        let is_noted = noted.is_some() || domain.is_some();
        let domain = domain.map(Box::new).or(kept);
        let domain = domain.filter(|domain| **domain != Domain::default());
        let may_have_one = kind.is_scalar() || (kind == Kind::Mixed && !is_noted);
        Shape {
            domain: domain.filter(|_| may_have_one),
            nullable: nullable.unwrap_or(shape.nullable),
            varies: varies.unwrap_or(shape.varies),
            kind,
        }
    }

    /// Whether portals of this kind do not keep a format, whatever schemas say.
    fn is_loose(&self, format: &str) -> bool {
        let mut loose = self.profile.inference.loose_formats.iter();
        loose.any(|one| one == format)
    }

    /// A domain without the formats that portals of this kind do not keep.
    fn with_kept_format(&self, mut domain: Box<Domain>, fraction: Fraction) -> Box<Domain> {
        let format = domain.matches.as_ref().and_then(Pattern::format);
        if format.is_some_and(|format| self.is_loose(format)) {
            domain.matches = None;
        }
        for one in &mut domain.any_of {
            if let Kind::DateTime(stated) = one.kind {
                one.kind = self.date_time(stated, fraction);
            }
            let own = one.domain.take();
            let own = own.map(|own| self.with_kept_format(own, fraction));
            one.domain = own.filter(|own| **own != Domain::default());
        }
        domain
    }

    /// What a text is that looks like a date-time, or that a schema calls one: that has the fraction that the schema
    /// states, or else the profile's.
    fn date_time(&self, stated: Fraction, fraction: Fraction) -> Kind {
        let inference = &self.profile.inference;
        let path = self.path.trim_end_matches("/*");
        let name = path.rsplit('/').next().unwrap_or_default();
        let names = &inference.date_time_members;
        if names.iter().any(|listed| listed == name) {
            Kind::DateTime(fraction)
        } else if inference.is_loose_date_time(name) {
            Kind::DateTime(Fraction::Any)
        } else if self.is_stated && !self.is_loose("date-time") {
            Kind::DateTime(match stated {
                Fraction::Any => fraction,
                stated @ Fraction::Digits(_) => stated,
            })
        } else {
            Kind::Text
        }
    }

    /// An object in which names are no matter of the contract, where something says that they are data: the
    /// profile, what the page returns, or the names that all its examples show.
    fn with_free_names(&self, object: Object) -> Object {
        let said = self.notes().find_map(|note| note.names);
        let returned = self.dictionary.as_ref();
        let returned = returned.filter(|_| self.path.is_empty() && object.examples.0 > 0);
        let is_guessed = object.others.is_none() && object.has_names_of_data();
        let is_free = match said {
            Some(names) => names == NamesOf::Free,
            None => returned.is_some() || is_guessed,
        };
        if !is_free {
            let others = object.others.filter(|_| said.is_none());
            return Object { others, ..object };
        }
        let shown = object.members.into_iter().map(|member| member.shape);
        let all = shown.chain(object.others.map(|other| *other));
        let value = all.reduce(Shape::merge);
        let value = value
            .unwrap_or_else(|| Shape::of(returned.map_or(Kind::Unknown, |(_, kind)| kind.clone())));
        Object {
            name: object.name,
            examples: object.examples,
            ..Object::free(value)
        }
    }

    fn object(&mut self, object: Object, name: Option<String>) -> Object {
        let object = self.with_free_names(object);
        let name = name.filter(|_| object.others.is_none());
        let defined = self.definition(&object).map(str::to_owned);
        let documented = object.name.clone().or(name);
        // It is called by both names, and shared under one.
        let outer = self.around.len();
        let names = [&defined, &documented].into_iter().flatten();
        let around = names.map(|name| (name.clone(), self.path.len()));
        self.around.extend(around);
        let name = defined.or(documented);
        let (closed, sealed, examples) = (object.closed, object.sealed, object.examples);
        let wire_names = |names: &[String]| {
            let names = names.iter().map(|name| self.profile.wire_name(name));
            names.collect()
        };
        let write_only = wire_names(&object.write_only);
        let read_only = wire_names(&object.read_only);
        let one_set_of = object.one_set_of.iter().map(|set| wire_names(set));
        let one_set_of = one_set_of.collect();
        let others = object.others.clone().map(|other| {
            let length = self.enter("*");
            let other = self.shape(*other, None);
            self.leave(length);
            Box::new(other)
        });
        let members = self.members(object);
        self.around.truncate(outer);
        let mut object = Object {
            members,
            closed,
            sealed,
            write_only,
            read_only,
            others,
            one_set_of,
            name,
            examples,
        };
        object.without_unlisted();
        object
    }

    fn members(&mut self, object: Object) -> Vec<Member> {
        // What a page documents, no entry adds.
        let is_new = |added: &&Added| {
            let mut documented = object.members.iter();
            !documented.any(|member| member.documented == added.name)
        };
        let added = self.added.iter().copied().filter(is_new);
        let added =
            added.filter(|added| self.is_within(&added.within, added.definition.as_deref()));
        let added = added.map(|added| self.added_member(added, &object));
        let added: Vec<Member> = added.collect();
        let mut members: Vec<Member> = object
            .members
            .into_iter()
            .chain(added)
            .filter_map(|member| self.member(member))
            .collect();
        let decides = |member: &Member, when: &Condition| {
            let is_flag = member.shape.kind == Kind::Boolean;
            member.name == when.member && (is_flag || when.is_choice())
        };
        let are_met = members.iter().map(|member| {
            let when = member.when.as_ref();
            when.is_none_or(|when| members.iter().any(|one| decides(one, when)))
        });
        let are_met: Vec<bool> = are_met.collect();
        for (member, is_met) in members.iter_mut().zip(are_met) {
            // What nothing documented decides is met nowhere.
            if !is_met {
                member.when = None;
                member.optional = true;
            }
        }
        members
    }

    /// A member as portals of this kind send it; `None` for one that they never send.
    fn member(&mut self, member: Member) -> Option<Member> {
        let length = self.enter(&member.documented);
        let never = self.notes().find_map(|note| note.never);
        if never == Some(true) {
            self.leave(length);
            return None;
        }
        let optional = self.notes().find_map(|note| note.optional);
        let when = self.notes().find_map(|note| note.when.as_ref());
        let when = when.map(|when| self.condition(when));
        let shape = self.shape(member.shape, None);
        self.leave(length);
        Some(Member {
            name: self.profile.wire_name(&member.documented),
            shape,
            optional: optional.unwrap_or(member.optional),
            when: when.or_else(|| {
                let when = member.when?;
                let member = self.profile.wire_name(&when.member);
                Some(Condition { member, ..when })
            }),
            ..member
        })
    }

    /// A member that no page documents, beside the documented ones of an object; as if one did.
    fn added_member(&self, added: &Added, beside: &Object) -> Member {
        let kind = match added.kind {
            Some(kind) => kind.kind(),
            None => Kind::Object(Object {
                members: beside
                    .members
                    .iter()
                    .filter(|member| added.of.contains(&member.documented))
                    .cloned()
                    .collect(),
                ..Object::default()
            }),
        };
        let shape = Shape {
            nullable: added.nullable,
            ..Shape::of(kind)
        };
        Member {
            name: added.name.clone(),
            documented: added.name.clone(),
            shape,
            optional: added.optional,
            seen: Seen::default(),
            when: added.when.as_ref().map(|when| self.condition(when)),
            constant: None,
            span: Span::default(),
        }
    }

    fn condition(&self, when: &When) -> Condition {
        Condition {
            member: self.profile.wire_name(&when.member),
            is: when.is,
            one_of: Vec::new(),
            only: when.only,
        }
    }

    /// The notes on the place, the last one first.
    fn notes(&self) -> impl Iterator<Item = &'a Note> {
        let notes = self.notes.iter().copied();
        notes.filter(|note| match &note.definition {
            None => is_at(&self.path, &note.at),
            Some(definition) => self.is_below(definition, &note.at),
        })
    }

    /// Whether an object is the one in which a member is said to stand.
    fn is_within(&self, path: &str, definition: Option<&str>) -> bool {
        match definition {
            None => self.path == path,
            Some(definition) => self.is_below(definition, path),
        }
    }

    /// Whether the place is at the end of a path that begins at an object of a definition.
    fn is_below(&self, definition: &str, at: &str) -> bool {
        let mut around = self.around.iter();
        around.any(|(name, start)| {
            let rest = self.path.get(*start..).unwrap_or_default();
            name == definition && rest.strip_prefix('/').unwrap_or(rest) == at
        })
    }

    /// The name of what an object is: by its place, else by the members that it has.
    fn definition(&self, object: &Object) -> Option<&'a str> {
        let has = |wanted: &String| {
            let mut members = object.members.iter();
            members.any(|member| member.documented.eq_ignore_ascii_case(wanted))
        };
        let is_of = |one: &&&Definition| one.of.iter().any(|at| is_at(&self.path, at));
        let is_like = |one: &&&Definition| !one.having.is_empty() && one.having.iter().all(has);
        let by_place = self.definitions.iter().find(is_of);
        let found = by_place.or_else(|| self.definitions.iter().find(is_like));
        found.map(|definition| definition.name.as_str())
    }
}

impl Note {
    /// The values that the note leaves; `None` where it says nothing of them.
    fn domain(&self) -> Option<Domain> {
        let domain = Domain {
            one_of: self.one_of.clone(),
            at_least: self.at_least,
            at_most: self.at_most,
            matches: self.matches.clone(),
            ..Domain::default()
        };
        (domain != Domain::default()).then_some(domain)
    }
}

/// Whether a page shows another type than a profile lists; a number without a fraction shows none.
fn is_other(shown: &Kind, listed: &Kind) -> bool {
    let family = |kind: &Kind| match kind {
        Kind::Unknown | Kind::Mixed => None,
        Kind::Integer => Some(Kind::Number.type_of()),
        kind if kind.is_text() => Some(Kind::Text.type_of()),
        kind => Some(kind.type_of()),
    };
    let [shown, listed] = [shown, listed].map(family);
    shown.is_some() && listed.is_some() && shown != listed
}

/// A payload as the only member of an envelope.
fn wrapped(payload: Shape, name: &str, span: Span) -> Shape {
    let member = Member {
        name: name.to_owned(),
        documented: name.to_owned(),
        shape: payload,
        optional: false,
        seen: Seen::default(),
        when: None,
        constant: None,
        span,
    };
    Shape::of(Kind::Object(Object {
        members: vec![member],
        ..Object::default()
    }))
}

impl NotedType {
    /// The shape's type that a note gives.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self {
            Self::Text => Kind::Text,
            Self::Integer => Kind::Integer,
            Self::Number => Kind::Number,
            Self::Boolean => Kind::Boolean,
            Self::DateTime => Kind::DateTime(Fraction::Any),
            Self::Guid => Kind::Guid,
            Self::Any => Kind::Mixed,
        }
    }
}

/// Whether a documented path is the one of a note, or ends with it.
pub(super) fn is_at(path: &str, at: &str) -> bool {
    path.strip_suffix(at)
        .is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

/// `Contact` from `Contact` or `List of contacts`; `None` where the words name no type.
fn resource_name(returns: &str) -> Option<String> {
    let (word, is_list) = match returns.strip_prefix("List of ") {
        Some(rest) => (rest, true),
        None => (returns, false),
    };
    if word.is_empty() || !word.chars().all(char::is_alphanumeric) {
        return None;
    }
    let singular = if is_list {
        word.strip_suffix('s').unwrap_or(word)
    } else {
        word
    };
    let mut letters = singular.chars();
    let first = letters.next()?;
    Some(first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{contract, profile, source::Source};

    fn answer(response: &str, returns: &str) -> AnswerShape {
        let text = format!(
            "GET api/2.0/x\nReturns\n{returns}\nExample Response\napplication/json\n{response}\n"
        );
        let contract = contract::of_sources(vec![Source::new("page.txt", &text)]).unwrap();
        let profile = profile::load("as-documented").unwrap();
        profile
            .answer(&contract.operations[0], Format::Json)
            .unwrap()
    }

    #[test]
    fn xml_spells_booleans_as_its_example_does_where_the_profile_leaves_it_to_the_pages() {
        let page = |word: &str| {
            format!(
                "GET api/2.0/x\nExample Response\napplication/json\n\
                 {{\"status\": 0, \"response\": {{\"open\": true}}}}\ntext/xml\n\
                 <result><status>0</status><response><open>{word}</open></response></result>\n"
            )
        };
        for (profile, word, expected) in [
            ("as-documented", "True", ["True", "False"]),
            ("as-documented", "true", ["true", "false"]),
            ("as-documented", "yes", ["True", "False"]),
            ("community-server", "True", ["true", "false"]),
        ] {
            let source = Source::new("page.txt", &page(word));
            let contract = contract::of_sources(vec![source]).unwrap();
            let profile = profile::load(profile).unwrap();
            let answer = profile
                .answer(&contract.operations[0], Format::Xml)
                .unwrap();
            let Booleans { yes, no } = &answer.booleans;
            assert_eq!([&**yes, &**no], expected, "{} {word}", profile.name);
            let grammar = crate::schema::relax_ng(&answer);
            assert!(
                grammar.contains(&format!("<value>{yes}</value>")),
                "{grammar}"
            );
        }
    }

    #[test]
    fn a_date_is_a_date_only_by_the_members_name() {
        let date = "2020-12-08T17:37:04Z";
        let answer = answer(
            &format!(r#"{{"status": 0, "response": {{"Created": "{date}", "Label": "{date}"}}}}"#),
            "Thing",
        );
        let kind = |name: &str| answer.payload().member(name).unwrap().shape.kind.clone();
        assert_eq!(kind("Created"), Kind::DateTime(Fraction::Any));
        assert_eq!(kind("Label"), Kind::Text);
    }

    #[test]
    fn the_envelope_is_closed_and_its_status_constant() {
        let answer = answer(r#"{"status": 0, "response": []}"#, "List of things");
        let Kind::Object(root) = &answer.envelope.kind else {
            panic!("no object")
        };
        assert!(root.closed);
        assert_eq!(root.members[0].constant, Some(0));
    }

    #[test]
    fn a_member_called_as_the_payload_is_one_as_any_other_where_its_schema_lacks_the_envelope() {
        let payload = |beside: &str| {
            let text = format!(
                "openapi: 3.1.0\npaths:\n  /boats:\n    get:\n      responses:\n        '200':\n          description: \
                 Boat\n          content: {{application/json: {{schema: {{type: object, required: [response], properties: \
                 {{{beside}: {{type: integer}}, response: {{type: object, properties: {{id: {{type: integer}}}}}}}}}}}}}}\n"
            );
            let contract = contract::of_sources(vec![Source::new("boats.yaml", &text)]).unwrap();
            let profile = profile::load("as-documented").unwrap();
            let answer = profile
                .answer(&contract.operations[0], Format::Json)
                .unwrap();
            let members = answer.envelope.members().iter();
            let names = members.map(|member| member.name.clone());
            (answer.payload.clone(), names.collect::<Vec<_>>())
        };
        let names = |beside: &str| vec![beside.to_owned(), "response".to_owned()];
        assert_eq!(
            payload("status"),
            (Some("response".to_owned()), names("status"))
        );
        assert_eq!(payload("meta"), (None, names("meta")));
    }

    #[test]
    fn what_a_schema_states_holds_whatever_its_member_is_called() {
        let text = "openapi: 3.1.0\npaths:\n  /boats:\n    get:\n      responses:\n        '200':\n          \
                    description: x\n          content:\n            application/json:\n              schema: \
                    {type: object, properties: {launch: {type: string, format: date-time}, \
                    Created: {type: string, format: date-time}, name: {type: string, example: '2024-05-06T07:08:09Z'}, \
                    site: {type: string, format: uri}}}\n";
        let contract = contract::of_sources(vec![Source::new("boats.yaml", text)]).unwrap();
        let shape = |more: &str| {
            let text = format!("extends = \"community-server\"\nname = \"mine\"\n{more}");
            let profile = profile::parse("mine", &text).unwrap();
            let answer = profile.answer(&contract.operations[0], Format::Json);
            let resource = answer.unwrap().resource().clone();
            move |name: &str| {
                let all = ["launch", "created", "name", "site"];
                assert!(all.contains(&name));
                resource.member(name).unwrap().shape.clone()
            }
        };
        let said = shape("");
        // What the profile says of its dates holds.
        assert_eq!(said("launch").kind, Kind::DateTime(Fraction::Digits(7)));
        assert_eq!(said("created").kind, Kind::DateTime(Fraction::Digits(7)));
        let loose = shape("[inference]\nloose-date-time-members = [\"launch\"]\n");
        assert_eq!(loose("launch").kind, Kind::DateTime(Fraction::Any));
        assert_eq!(said("name").kind, Kind::Text);
        assert!(said("site").domain.is_none());
        let strict = shape("[inference]\nloose-formats = [\"date-time\"]\n");
        assert_eq!(strict("launch").kind, Kind::Text);
        assert!(strict("site").domain.is_some());
        let noted =
            shape("[[note]]\nat = \"launch\"\ntype = \"text\"\nvaries = true\nbecause = \"x\"\n");
        let launch = noted("launch");
        assert_eq!((launch.kind, launch.varies), (Kind::Text, true));
    }

    /// The resource of a page, under a profile that extends the built-in one.
    fn noted(page: &str, notes: &str) -> Shape {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine.toml");
        let text = format!("extends = \"as-documented\"\nname = \"mine\"\n{notes}");
        std::fs::write(&path, text).unwrap();
        let profile = profile::load(path.to_str().unwrap()).unwrap();
        let text = format!(
            "{page}\nReturns\nThing\nExample Response\napplication/json\n{{\"status\": 0, \"response\": \
             {{\"IsOpen\": true, \"Guests\": [], \"Host\": {{\"Guests\": [1]}}}}}}\n"
        );
        let contract = contract::of_sources(vec![Source::new("page.txt", &text)]).unwrap();
        let operation = &contract.operations[0];
        let answer = profile.answer(operation, Format::Json).unwrap();
        answer.resource().clone()
    }

    #[test]
    fn a_note_may_hold_in_the_answers_of_some_operations_alone() {
        let notes = "[[note]]\nat = \"Guests\"\noperation = \"post-thing*\"\noptional = true\nbecause = \"x\"\n";
        let optional = |page| noted(page, notes).member("Guests").unwrap().optional;
        assert!(optional("POST api/2.0/thing/new"));
        assert!(!optional("GET api/2.0/thing"));
    }

    #[test]
    fn a_note_may_depend_on_a_flag_beside_it_and_on_none_elsewhere() {
        let notes = "[[note]]\nat = \"Guests\"\nbecause = \"x\"\n\
                     when = { member = \"IsOpen\", is = false, only = true }\n";
        let thing = noted("GET api/2.0/thing", notes);
        let guests = thing.member("Guests").unwrap();
        let when = guests.when.as_ref().unwrap();
        assert_eq!(
            (when.member.as_str(), when.is, when.only),
            ("IsOpen", false, true)
        );
        assert!(!guests.optional);
        // No flag stands beside the guests of the host.
        let host = &thing.member("Host").unwrap().shape;
        let guests = host.member("Guests").unwrap();
        assert_eq!((guests.when.as_ref(), guests.optional), (None, true));
    }

    #[test]
    fn a_note_may_be_about_a_definition_wherever_it_stands() {
        let text = |entries: &str| {
            format!("[[definition]]\nname = \"Place\"\nhaving = [\"guests\"]\n{entries}")
        };
        let note =
            "[[note]]\nat = \"Guests\"\ndefinition = \"Place\"\noptional = true\nbecause = \"x\"\n";
        let member = "[[member]]\nname = \"Size\"\ndefinition = \"Place\"\ntype = \"integer\"\n\
                      because = \"x\"\n[[member]]\nname = \"IsOpen\"\ntype = \"text\"\nbecause = \"x\"\n";
        let page = "GET api/2.0/thing";
        let thing = noted(page, &text(&[note, member].concat()));
        let host = &thing.member("Host").unwrap().shape;
        for place in [&thing, host] {
            assert!(place.member("Guests").unwrap().optional);
            assert_eq!(place.member("Size").unwrap().shape.kind, Kind::Integer);
            let Kind::Object(object) = &place.kind else {
                panic!("no object")
            };
            assert_eq!(object.name.as_deref(), Some("Place"));
        }
        // What the page documents, no entry adds a second time.
        let flags: Vec<_> = thing
            .members()
            .iter()
            .filter(|one| one.name == "IsOpen")
            .collect();
        assert_eq!(flags.len(), 1);
        assert_eq!(flags[0].shape.kind, Kind::Boolean);
        assert!(host.member("IsOpen").is_none());
        // The name that the page has for it holds beside that of the definition.
        let by_page = note.replace("\"Place\"", "\"Thing\"");
        let thing = noted(page, &text(&by_page));
        assert!(thing.member("Guests").unwrap().optional);
        let host = &thing.member("Host").unwrap().shape;
        assert!(!host.member("Guests").unwrap().optional);
        // A definition of other operations is none here.
        let other =
            "[[definition]]\nname = \"Place\"\nhaving = [\"guests\"]\noperation = \"put-*\"\n";
        let thing = noted(page, &[other, note].concat());
        assert!(!thing.member("Guests").unwrap().optional);
    }

    #[test]
    fn the_last_note_says_whether_a_member_is_sent() {
        let never = "[[note]]\nat = \"Guests\"\nnever = true\nbecause = \"x\"\n";
        let but = "[[note]]\nat = \"Guests\"\noperation = [\"put-*\", \"get-thing\"]\nnever = false\nbecause = \"x\"\n";
        let notes = [never, but].concat();
        assert!(
            noted("POST api/2.0/thing", &notes)
                .member("Guests")
                .is_none()
        );
        assert!(
            noted("GET api/2.0/thing", &notes)
                .member("Guests")
                .is_some()
        );
    }

    #[test]
    fn the_page_says_what_is_beside_the_payload_where_the_profile_leaves_it_to_pages() {
        let status = |name: &str, status: &str| {
            let text = format!(
                "GET api/2.0/boat/{{id}}\nReturns\nBoat\nExample Response\n\
                 {{\"status\": {status}, \"response\": {{\"a\": 1}}}}\n"
            );
            let contract = contract::of_sources(vec![Source::new("boat.txt", &text)]).unwrap();
            let profile = profile::load(name).unwrap();
            let answer = profile
                .answer(&contract.operations[0], Format::Json)
                .unwrap();
            let member = answer.envelope.member("status").unwrap().clone();
            (member.shape.kind, member.constant)
        };
        let own = "as-documented";
        assert_eq!(status(own, "\"ok\""), (Kind::Text, None));
        assert_eq!(status(own, "true"), (Kind::Boolean, None));
        for same in ["0", "0.5", "null"] {
            assert_eq!(status(own, same), (Kind::Integer, Some(0)), "{same}");
        }
        assert_eq!(status("community-server", "\"ok\"").0, Kind::Integer);
    }

    #[test]
    fn an_example_without_envelope_is_its_own_payload() {
        let answer = answer(r#"{"Path": "x"}"#, "Portal");
        assert_eq!(answer.payload, None);
        assert_eq!(answer.payload().members().len(), 1);
    }

    #[test]
    fn the_resource_is_named_by_what_is_returned() {
        assert_eq!(resource_name("List of contacts").unwrap(), "Contact");
        assert_eq!(resource_name("Contact").unwrap(), "Contact");
        assert_eq!(resource_name("The portal's own words"), None);
    }
}
