//! The smallest set of rules that together match all that another one matches.

use yumen_packets::{Error, Node, PacketSpace, SetOp};

use crate::fate::Ranked;

/// So many times a set is taken apart in search of a smaller cover; then the best so far stands.
const MAX_BRANCHES: u32 = 2_000;

/// The smallest set of candidates whose boxes cover the target, if all together do.
///
/// Some candidate must hold any one packet of the target, so the search branches over the
/// candidates that hold a witness, with growing size. A search that takes too long gives a cover
/// from which nothing can be left out.
pub(crate) fn smallest_cover<'r, 'x>(
    space: &mut PacketSpace,
    target: Node,
    candidates: &[&'r Ranked<'x>],
) -> Result<Option<Vec<&'r Ranked<'x>>>, Error> {
    let mut sets = Vec::with_capacity(candidates.len());
    let mut left = target;
    for candidate in candidates {
        let set = space.union_of(candidate.boxes())?;
        sets.push((*candidate, set));
        left = space.combine(SetOp::Difference, left, set)?;
    }
    if !space.is_empty(left)? {
        return Ok(None);
    }
    let mut search = Search {
        space,
        sets: &sets,
        branches: 0,
    };
    let irreducible = search.irreducible(target)?;
    for size in 2..irreducible.len() {
        if let Some(found) = search.of_size(target, size)? {
            return Ok(Some(found));
        }
        if search.branches > MAX_BRANCHES {
            break;
        }
    }
    Ok(Some(irreducible))
}

struct Search<'s, 'r, 'x> {
    space: &'s mut PacketSpace,
    sets: &'s [(&'r Ranked<'x>, Node)],
    branches: u32,
}

impl<'r, 'x> Search<'_, 'r, 'x> {
    /// A cover from which nothing can be left out: late rules are left out first.
    fn irreducible(&mut self, target: Node) -> Result<Vec<&'r Ranked<'x>>, Error> {
        let mut kept: Vec<(&'r Ranked<'x>, Node)> = self.sets.to_vec();
        let mut position = kept.len();
        while position > 0 {
            position -= 1;
            let removed = kept.remove(position);
            let mut left = target;
            for (_, set) in &kept {
                left = self.space.combine(SetOp::Difference, left, *set)?;
            }
            if !self.space.is_empty(left)? {
                kept.insert(position, removed);
            }
        }
        Ok(kept.into_iter().map(|(candidate, _)| candidate).collect())
    }

    fn of_size(&mut self, target: Node, size: usize) -> Result<Option<Vec<&'r Ranked<'x>>>, Error> {
        let Some(witness) = self.space.witness(target)? else {
            return Ok(Some(Vec::new()));
        };
        self.branches += 1;
        if size == 0 || self.branches > MAX_BRANCHES {
            return Ok(None);
        }
        for (candidate, set) in self.sets {
            if !self.space.contains(*set, &witness)? {
                continue;
            }
            let left = self.space.combine(SetOp::Difference, target, *set)?;
            if let Some(mut found) = self.of_size(left, size - 1)? {
                found.push(candidate);
                found.sort_by_key(|one| one.leaf);
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}
