//! What a place admits of which a document says that it is one of several: in come two shapes, out comes what a
//! value must keep one of.

use crate::shape::{Kind, Object, Shape};

/// How many there may be in one place; anything is taken where there are more.
const MAX_ALTERNATIVES: usize = 50;

/// The shapes of which a value of either keeps one; none where nothing more can be said than the type that both
/// have. Objects and lists stand in them without what is in them.
pub(super) fn of_both(a: &Shape, b: &Shape) -> Vec<Shape> {
    let (Some(mut all), Some(others)) = (of(a), of(b)) else {
        return Vec::new();
    };
    for other in others {
        if !all.contains(&other) {
            all.push(other);
        }
    }
    if all.len() > MAX_ALTERNATIVES {
        return Vec::new();
    }
    let is_bare = |kind: &dyn Fn(&Kind) -> bool| {
        let mut all = all.iter();
        all.any(|one| kind(&one.kind) && one.domain.is_none())
    };
    let all_are = |kind: &dyn Fn(&Kind) -> bool| all.iter().all(|one| kind(&one.kind));
    let is_number = |kind: &Kind| matches!(kind, Kind::Integer | Kind::Number);
    let is_said_by_type = match all.as_slice() {
        [] | [_] => true,
        // One of them takes all that the others take.
        _ if all_are(&Kind::is_text) => is_bare(&|kind| *kind == Kind::Text),
        _ if all_are(&is_number) => {
            is_bare(&|kind| *kind == Kind::Number)
                || (is_bare(&|kind| *kind == Kind::Integer)
                    && all_are(&|kind| *kind == Kind::Integer))
        }
        [first, ..] => is_bare(&|kind| *kind == first.kind) && all_are(&|kind| *kind == first.kind),
    };
    if is_said_by_type { Vec::new() } else { all }
}

/// What a shape by itself stands for; `None` for what takes anything.
fn of(shape: &Shape) -> Option<Vec<Shape>> {
    let domain = shape.domain.as_deref();
    let any_of = domain.map_or(&[][..], |domain| &domain.any_of);
    match &shape.kind {
        Kind::Unknown => Some(Vec::new()),
        Kind::Mixed if domain.is_none() => None,
        Kind::Object(_) => Some(vec![Shape::of(Kind::Object(Object::default()))]),
        Kind::List(_) => {
            let item = Box::new(Shape::of(Kind::Unknown));
            Some(vec![Shape::of(Kind::List(item))])
        }
        _ if !any_of.is_empty() => Some(any_of.to_vec()),
        kind => Some(vec![Shape {
            domain: shape.domain.clone(),
            ..Shape::of(kind.clone())
        }]),
    }
}

/// The members of which those of one list must be there in an object that is one of two, beside what must be there
/// in both.
pub(super) fn sets_of_both(a: &Object, b: &Object) -> Vec<Vec<String>> {
    let [of_a, of_b] = [required(a), required(b)];
    let is_common = |name: &String| of_a.contains(name) && of_b.contains(name);
    let mut all: Vec<Vec<String>> = Vec::new();
    for (object, required) in [(a, &of_a), (b, &of_b)] {
        let own: Vec<String> = required
            .iter()
            .filter(|name| !is_common(name))
            .cloned()
            .collect();
        let sets = &object.one_set_of;
        if sets.is_empty() {
            all.push(own);
            continue;
        }
        all.extend(
            sets.iter()
                .map(|set| set.iter().chain(&own).cloned().collect()),
        );
    }
    all.dedup();
    let says_nothing = all.len() > MAX_ALTERNATIVES || all.iter().any(Vec::is_empty);
    if says_nothing { Vec::new() } else { all }
}

fn required(object: &Object) -> Vec<String> {
    let members = object.members.iter().filter(|member| member.is_required());
    members.map(|member| member.name.clone()).collect()
}

impl Object {
    /// Leaves no member in the lists of which one must be there that is not among its members.
    pub fn without_unlisted(&mut self) {
        let members = &self.members;
        let is_member = |name: &String| members.iter().any(|member| member.name == *name);
        for set in &mut self.one_set_of {
            set.retain(is_member);
        }
        if self.one_set_of.iter().any(Vec::is_empty) {
            self.one_set_of.clear();
        }
    }

    /// Whether it may be none of several objects, as of no list all members that are due are there.
    pub fn lacks_all_sets(&self, is_there: impl Fn(&str) -> bool) -> bool {
        let is_whole = |set: &Vec<String>| set.iter().all(|name| is_there(name));
        !self.one_set_of.is_empty() && !self.one_set_of.iter().any(is_whole)
    }
}
