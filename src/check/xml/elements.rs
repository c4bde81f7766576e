//! Child elements, by name.

use std::cell::Cell;
use std::collections::HashMap;
use std::ops::Range;

use roxmltree::Node;

use crate::shape::Object;

/// The child elements of an element.
pub(super) fn children<'a, 'input>(
    node: Node<'a, 'input>,
) -> impl Iterator<Item = Node<'a, 'input>> {
    node.children().filter(Node::is_element)
}

/// The child elements of an element by name, in the order in which names are met first.
pub(super) struct Elements<'a, 'input> {
    /// Those of one name side by side.
    nodes: Vec<Node<'a, 'input>>,
    names: Vec<(&'a str, Range<usize>)>,
    /// Where the name stands that is likely to be looked for next.
    next: Cell<usize>,
}

impl<'a, 'input: 'a> Elements<'a, 'input> {
    /// Those that the members of an object are looked for among: mostly in the order of these.
    pub(super) fn of_object(node: Node<'a, 'input>, object: &Object) -> Self {
        let nodes: Vec<Node<'a, 'input>> = children(node).collect();
        let mut names: Vec<(&str, Range<usize>)> = Vec::with_capacity(object.members.len());
        let mut members = object.members.iter();
        for (at, child) in nodes.iter().enumerate() {
            let name = child.tag_name().name();
            match names.last_mut() {
                Some((last, range)) if *last == name => range.end = at + 1,
                // In the order of the members no name comes again.
                _ if members.any(|member| member.name == name) => names.push((name, at..at + 1)),
                _ => return Self::grouped(nodes),
            }
        }
        Self::new(nodes, names)
    }

    pub(super) fn of(node: Node<'a, 'input>) -> Self {
        Self::grouped(children(node).collect())
    }

    fn grouped(nodes: Vec<Node<'a, 'input>>) -> Self {
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut names: Vec<(&str, Range<usize>)> = Vec::new();
        let mut in_order: Vec<(usize, Node<'a, 'input>)> = Vec::with_capacity(nodes.len());
        for node in nodes {
            let name = node.tag_name().name();
            let place = *places.entry(name).or_insert(names.len());
            match names.get_mut(place) {
                Some((_, range)) => range.end += 1,
                None => names.push((name, 0..1)),
            }
            in_order.push((place, node));
        }
        let mut end = 0;
        for (_, range) in &mut names {
            *range = end..end + range.end;
            end = range.end;
        }
        in_order.sort_by_key(|(place, _)| *place);
        Self::new(in_order.into_iter().map(|(_, node)| node).collect(), names)
    }

    fn new(nodes: Vec<Node<'a, 'input>>, names: Vec<(&'a str, Range<usize>)>) -> Self {
        let next = Cell::new(0);
        Self { nodes, names, next }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// How many names there are.
    pub(super) fn names(&self) -> usize {
        self.names.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&'a str, &[Node<'a, 'input>])> {
        let names = self.names.iter();
        names.map(|(name, range)| (*name, &self.nodes[range.clone()]))
    }

    pub(super) fn named(&self, name: &str) -> &[Node<'a, 'input>] {
        let next = self.next.get();
        let is_it = |at: &usize| self.names[*at].0 == name;
        let found = (next..self.names.len()).chain(0..next).find(is_it);
        found.map_or(&[], |at| {
            self.next.set(at + 1);
            &self.nodes[self.names[at].1.clone()]
        })
    }
}
