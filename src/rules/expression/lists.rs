//! List macros.

use super::LISTS;
use super::fault::{Focus, fault, unsupported, with_article};
use super::lower::{Lowered, Lowering};
use super::syntax::Shape;
use crate::rules::plan::{Each, Node, Quantifier, SLOTS, Ty};

impl<'s> Lowering<'s> {
    pub(super) fn list_macro(&mut self, at: usize, shape: Shape, variable: &'s str) -> Lowered {
        let list_at = self.reader.position();
        let (range, ty) = self.node()?;
        let Ty::List(element) = ty else {
            let message = format!("this runs over a list, but here is {}", with_article(&ty));
            return Err(fault(list_at, Focus::All, "rule/type-mismatch", message, None));
        };
        if self.names.iter().any(|(name, ..)| *name == variable) {
            let message = format!("`{variable}` is already the name of something else");
            let help = Some("give the element a name of its own".to_owned());
            return Err(fault(at, Focus::All, "rule/unknown-variable", message, help));
        }
        let slot = self.names.len();
        if slot >= SLOTS.min(self.given + LISTS) {
            let message = format!("more than {LISTS} lists are run through inside each other");
            let help = Some("an expression may nest three; a fact that needs more belongs into the code".to_owned());
            return Err(fault(at, Focus::All, "rule/expression-too-deep", message, help));
        }
        if shape == Shape::Unknown {
            let help = "use exists, all, exists_one, filter or map";
            return Err(unsupported(at, "this list macro is not known here", help));
        }
        // A quantifier over a filtered list is a quantifier over the list: more precise where something is unknown, and
        // its elements keep the index that a reader finds in the input.
        let (range, keep, binder) = match (range, shape) {
            (Node::Filter(each, keep), Shape::Exists | Shape::All | Shape::ExistsOne) => {
                (each.range, Some(*keep), each.binder)
            }
            (range, _) => {
                self.binders.push(variable.to_owned());
                (range, None, self.binders.len() - 1)
            }
        };
        self.names.push((variable, (*element).clone(), Some(binder)));
        let lowered = self.body(Each { range, slot, binder }, keep, *element, shape);
        self.names.truncate(slot);
        lowered
    }

    fn body(&mut self, each: Each, keep: Option<Node>, element: Ty, shape: Shape) -> Lowered {
        let each = Box::new(each);
        match shape {
            Shape::Exists => self.quantifier(Quantifier::Exists, "exists", each, keep),
            Shape::All => self.quantifier(Quantifier::All, "all", each, keep),
            Shape::ExistsOne => self.quantifier(Quantifier::ExistsOne, "exists_one", each, keep),
            Shape::Filter => {
                let keep = Box::new(self.typed("filter", &Ty::Bool)?);
                Ok((Node::Filter(each, keep), Ty::List(Box::new(element))))
            }
            Shape::Map | Shape::MapWhere | Shape::Unknown => {
                let keep = match shape {
                    Shape::MapWhere => Some(Box::new(self.typed("map", &Ty::Bool)?)),
                    _ => None,
                };
                let (to, ty) = self.node()?;
                let to = Box::new(to);
                Ok((Node::Map { each, keep, to }, Ty::List(Box::new(ty))))
            }
        }
    }

    fn quantifier(&mut self, kind: Quantifier, name: &str, each: Box<Each>, keep: Option<Node>) -> Lowered {
        let body = self.typed(name, &Ty::Bool)?;
        let body = match (keep, kind) {
            (None, _) => body,
            (Some(keep), Quantifier::All) => Node::Or(vec![Node::Not(Box::new(keep)), body]),
            (Some(keep), _) => Node::And(vec![keep, body]),
        };
        Ok((Node::Quantifier(kind, each, Box::new(body)), Ty::Bool))
    }
}
