//! The sweep: field by field, the list of rules that hold in each elementary interval.
//!
//! A list is what remains of the rules once the upper fields are fixed, in order, without rules
//! that repeat an earlier one's remaining fields and without those after one that has no remaining
//! limit. What a list makes depends only on its rules' remaining fields and numbers: that is the key
//! under which its diagram, and which of its places decide some packet, are remembered. Hits compare
//! whole keys: no result rests on a hash.

use std::hash::Hasher as _;

use hashbrown::{HashMap, HashTable};
use rustc_hash::{FxBuildHasher, FxHasher};

use super::table::{Rules, Table};
use crate::arena::{Arena, Cut, Level, Ref};
use crate::budget::Error;
use crate::header::Family;

/// The decision of the rules; marks those that decide some packet.
pub(crate) fn compile(
    arena: &mut Arena,
    rules: &Rules,
    mut reached: Option<&mut [bool]>,
) -> Result<Ref, Error> {
    let mut roots = [Ref::NONE; 2];
    for ((table, root), family) in rules.tables.iter().zip(&mut roots).zip(Family::ALL) {
        let mut job = Job::new(table, family, arena);
        *root = job.run()?;
        if let Some(reached) = reached.as_deref_mut() {
            for (place, rule) in job.places.iter().zip(0_u32..) {
                reached[table.rule[rule as usize] as usize] |= place.decides;
            }
        }
    }
    let [v4, v6] = roots;
    let base = arena.begin::<u32>();
    arena.push::<u32>(base, 0, v4);
    arena.push::<u32>(base, 1, v6);
    arena.finish::<u32>(Level::FAMILY, base)
}

/// A rule in a list.
#[derive(Clone, Copy)]
struct Place {
    rule: u32,
    /// Whether it decides some packet.
    decides: bool,
}

/// What the next depth needs to know of a place.
#[derive(Clone, Copy)]
struct Preview {
    /// The shape of its remaining fields, and its number: a word of the key.
    word: u64,
    rule: u32,
    /// Whether it has no remaining limit there: nothing after it matters.
    last: bool,
    /// Whether it leaves the field there free.
    whole: bool,
}

/// What became of a list.
struct Known {
    hash: u64,
    /// Where its key is in `keys`.
    key: usize,
    /// Where the places that decide some packet are listed, in `decisive`.
    decisive: usize,
    len: u32,
    decisive_len: u32,
    root: Ref,
    depth: u8,
}

/// Memory of one depth's sweeps, kept from one to the next.
#[derive(Default)]
struct Scratch {
    active: Active,
    events: Vec<u64>,
    previews: Vec<Preview>,
    results: Results,
}

struct Job<'a> {
    table: &'a Table,
    family: Family,
    arena: &'a mut Arena,
    /// The lists from the root down to the one being worked on, one after the other.
    places: Vec<Place>,
    /// For each of these places, which place of the list above it is.
    origins: Vec<u32>,
    keys: Vec<u64>,
    known: HashTable<Known>,
    decisive: Vec<u32>,
    /// For dropping repetitions: the last list in which a shape was seen, and at which place of
    /// the list above.
    seen: [Vec<(u32, u32)>; 5],
    list: u32,
    /// The deepest depth at which that list was noted.
    deepest_seen: usize,
    scratch: [Scratch; 5],
}

impl<'a> Job<'a> {
    fn new(table: &'a Table, family: Family, arena: &'a mut Arena) -> Self {
        let count = |depth: usize| {
            table.shapes[depth]
                .iter()
                .max()
                .map_or(0, |last| *last as usize + 1)
        };
        Self {
            table,
            family,
            arena,
            places: Vec::new(),
            origins: Vec::new(),
            keys: Vec::new(),
            known: HashTable::new(),
            decisive: Vec::new(),
            seen: [0, 1, 2, 3, 4].map(|depth| vec![(0, 0); count(depth)]),
            list: 0,
            deepest_seen: 0,
            scratch: Default::default(),
        }
    }

    fn run(&mut self) -> Result<Ref, Error> {
        let rules = self.table.rule.len() as u32;
        if rules == 0 {
            return Ok(Ref::NONE);
        }
        self.places.extend((0..rules).map(|rule| Place {
            rule,
            decides: false,
        }));
        self.origins.extend(0..rules);
        let previews: Vec<Preview> = (0..rules).map(|rule| self.preview(0, rule)).collect();
        Ok(self.child(0, 0, &previews, 0..rules)?.0)
    }

    fn preview(&self, depth: usize, rule: u32) -> Preview {
        let (table, at) = (self.table, rule as usize);
        Preview {
            word: u64::from(table.shapes[depth][at]) << 32 | u64::from(table.value[at]),
            rule,
            last: usize::from(table.free_from[at]) <= depth,
            whole: table.is_whole(depth, at),
        }
    }

    /// The diagram of some places of the list from `base` on, at the next depth, and the place after
    /// which none matters; marks the places that decide.
    fn child(
        &mut self,
        depth: usize,
        base: usize,
        previews: &[Preview],
        active: impl Iterator<Item = u32>,
    ) -> Result<(Ref, u32), Error> {
        let (from, key) = (self.origins.len(), self.keys.len());
        self.list += 1;
        self.deepest_seen = depth;
        let mut until = u32::MAX;
        let mut hasher = FxHasher::default();
        for at in active {
            let preview = &previews[at as usize];
            if !self.is_new(depth, preview, at) {
                continue;
            }
            self.origins.push(at);
            self.keys.push(preview.word);
            hasher.write_u64(preview.word);
            if preview.last {
                until = at;
                break;
            }
        }
        let len = self.origins.len() - from;
        self.arena.spend(len + 1)?;
        let Some(&first) = self.origins.get(from) else {
            return Ok((Ref::NONE, until));
        };
        if previews[first as usize].last {
            self.origins.truncate(from);
            self.keys.truncate(key);
            let place = &mut self.places[base + first as usize];
            place.decides = true;
            return Ok((
                self.arena.leaf(self.table.value[place.rule as usize]),
                until,
            ));
        }
        let hash = hasher.finish();
        let same = |known: &Known| {
            known.hash == hash
                && usize::from(known.depth) == depth
                && self.keys[known.key..known.key + known.len as usize] == self.keys[key..]
        };
        if let Some(known) = self.known.find(hash, same) {
            for place in &self.decisive[known.decisive..][..known.decisive_len as usize] {
                let origin = self.origins[from + *place as usize];
                self.places[base + origin as usize].decides = true;
            }
            self.keys.truncate(key);
            self.origins.truncate(from);
            return Ok((known.root, until));
        }
        if self.keys.len() as u64 > self.arena.budget().nodes.saturating_mul(4) {
            return Err(Error::OutOfNodes {
                limit: self.arena.budget().nodes,
            });
        }
        let new = self.origins[from..]
            .iter()
            .map(|origin| previews[*origin as usize].rule);
        self.places.extend(new.map(|rule| Place {
            rule,
            decides: false,
        }));
        let level = self.arena.level(depth as u8 + 1, self.family);
        let root = if level.wide {
            self.sweep::<u128>(depth, level, from)?
        } else {
            self.sweep::<u32>(depth, level, from)?
        };
        let decisive = self.decisive.len();
        for place in 0..len {
            if self.places[from + place].decides {
                self.decisive.push(place as u32);
                self.places[base + self.origins[from + place] as usize].decides = true;
            }
        }
        self.places.truncate(from);
        self.origins.truncate(from);
        let known = Known {
            hash,
            key,
            decisive,
            len: len as u32,
            decisive_len: (self.decisive.len() - decisive) as u32,
            root,
            depth: depth as u8,
        };
        self.known.insert_unique(hash, known, |known| known.hash);
        Ok((root, until))
    }

    /// Whether no rule of the list being made has the same remaining fields, or has them without
    /// limits where this one has some; if so, the rule counts as seen.
    fn is_new(&mut self, depth: usize, preview: &Preview, at: u32) -> bool {
        let shape = (preview.word >> 32) as usize;
        if self.seen[depth][shape].0 == self.list {
            return false;
        }
        let (table, rule) = (self.table, preview.rule as usize);
        for below in depth + 1..=self.deepest_seen {
            if self.seen[below][table.shapes[below][rule] as usize].0 == self.list {
                return false;
            }
        }
        self.seen[depth][shape] = (self.list, at);
        // The rule stands for its remaining fields, also without the upper ones that it leaves free.
        let mut whole = preview.whole;
        for below in depth + 1..5 {
            if !whole {
                break;
            }
            self.seen[below][table.shapes[below][rule] as usize] = (self.list, at);
            self.deepest_seen = self.deepest_seen.max(below);
            whole = table.is_whole(below, rule);
        }
        true
    }

    /// The diagram of the list from `base` on, which is the last one.
    fn sweep<C: Cut>(&mut self, depth: usize, level: Level, base: usize) -> Result<Ref, Error> {
        let mut scratch = std::mem::take(&mut self.scratch[depth]);
        let draft = self.arena.begin::<C>();
        let root = self.sweep_with::<C>(depth, level, base, &mut scratch);
        C::draft(self.arena).truncate(draft);
        self.scratch[depth] = scratch;
        root
    }

    fn sweep_with<C: Cut>(
        &mut self,
        depth: usize,
        level: Level,
        base: usize,
        scratch: &mut Scratch,
    ) -> Result<Ref, Error> {
        let table = self.table;
        let starts = &table.starts[depth];
        let ranks = starts.len() as u32;
        let len = self.places.len() - base;
        let Scratch {
            active,
            events,
            previews,
            results,
        } = scratch;
        active.clear(len);
        events.clear();
        previews.clear();
        results.clear();
        for (place, at) in self.places[base..].iter().zip(0_u32..) {
            let (from, to) = table.spans[depth][place.rule as usize];
            if from == 0 {
                active.toggle(at);
            } else {
                events.push(u64::from(from) << 32 | u64::from(at));
            }
            if to < ranks {
                events.push(u64::from(to) << 32 | u64::from(at));
            }
        }
        events.sort_unstable();
        let deepest = depth == 4;
        if !deepest {
            for at in base..base + len {
                previews.push(self.preview(depth + 1, self.places[at].rule));
            }
        }
        let remember = !deepest && len > REMEMBER;
        let draft = self.arena.begin::<C>();
        let mut next = 0;
        // The child of the last interval, and of which list it is the diagram, if that was made.
        let mut child = Ref::NONE;
        let mut made = None;
        let mut changed = true;
        loop {
            if deepest {
                child = self.first(base, active);
            } else if changed {
                if let Some(known) = remember.then(|| results.find(active)).flatten() {
                    (child, made) = (known, None);
                } else {
                    self.arena.spend(active.words.len() / 8)?;
                    let list = self.list + 1;
                    let until;
                    (child, until) = self.child(depth + 1, base, previews, active.iter())?;
                    made = Some((list, until));
                    if remember && results.words.len() < REMEMBERED {
                        results.add(active, child);
                    }
                }
            }
            let Some(&event) = events.get(next) else {
                self.arena.push(draft, C::END, child);
                return self.arena.finish::<C>(level, draft);
            };
            let rank = event >> 32;
            self.arena
                .push(draft, C::of(starts[rank as usize] - 1), child);
            changed = false;
            while let Some(&event) = events.get(next)
                && event >> 32 == rank
            {
                let at = event as u32;
                let begins = active.toggle(at);
                next += 1;
                if !deepest && !changed {
                    changed = made.is_none_or(|(list, until)| {
                        at <= until
                            && self.matters(depth + 1, list, &previews[at as usize], at, begins)
                    });
                }
            }
        }
    }

    /// Whether a rule that begins or ends to hold changes the list that was made last at `depth`:
    /// not if it is no part of that list, or if one before it has the same remaining fields.
    fn matters(&self, depth: usize, list: u32, preview: &Preview, at: u32, begins: bool) -> bool {
        // Deeper lists note only deeper shapes, so this depth's notes are still of that list.
        let (seen, place) = self.seen[depth][(preview.word >> 32) as usize];
        if begins {
            seen != list || at < place
        } else {
            seen == list && at == place
        }
    }

    /// The leaf of the first active place, which decides.
    fn first(&mut self, base: usize, active: &Active) -> Ref {
        let Some(first) = active.iter().next() else {
            return Ref::NONE;
        };
        let place = &mut self.places[base + first as usize];
        place.decides = true;
        self.arena.leaf(self.table.value[place.rule as usize])
    }
}

/// Sweeps of longer lists remember their children by what was active.
const REMEMBER: usize = 16;
/// At most so many words of what was active (32 MiB) are remembered in one sweep.
const REMEMBERED: usize = 1 << 22;

/// Which places of a list hold in the current interval.
#[derive(Default)]
struct Active {
    words: Vec<u64>,
    print: u64,
}

impl Active {
    fn clear(&mut self, len: usize) {
        self.words.clear();
        self.words.resize(len.div_ceil(64), 0);
        self.print = 0;
    }

    /// Whether the place is active now.
    fn toggle(&mut self, at: u32) -> bool {
        let word = &mut self.words[at as usize / 64];
        *word ^= 1 << (at % 64);
        self.print ^= mix(at);
        *word >> (at % 64) & 1 == 1
    }

    fn iter(&self) -> impl Iterator<Item = u32> {
        self.words.iter().zip(0_u32..).flat_map(|(word, index)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = rest.trailing_zeros();
                (rest != 0).then(|| {
                    rest &= rest - 1;
                    index * 64 + bit
                })
            })
        })
    }
}

/// A fixed scattering of small numbers (the finaliser of `SplitMix64`).
fn mix(value: u32) -> u64 {
    let mut z = u64::from(value)
        .wrapping_add(1)
        .wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The children already made in one sweep, by what was active; compared whole.
#[derive(Default)]
struct Results {
    known: HashMap<u64, (usize, Ref), FxBuildHasher>,
    words: Vec<u64>,
}

impl Results {
    fn clear(&mut self) {
        self.known.clear();
        self.words.clear();
    }

    fn find(&self, active: &Active) -> Option<Ref> {
        let (at, child) = *self.known.get(&active.print)?;
        (self.words[at..at + active.words.len()] == active.words[..]).then_some(child)
    }

    fn add(&mut self, active: &Active, child: Ref) {
        self.known.insert(active.print, (self.words.len(), child));
        self.words.extend_from_slice(&active.words);
    }
}
