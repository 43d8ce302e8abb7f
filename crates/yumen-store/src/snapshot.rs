//! Snapshots, kept so that a version of an estate that hardly changed costs little.
//!
//! A snapshot is the files of a collected directory. What the vendor makes new with each answer is
//! cut out; the rest is split into chunks by content, and a chunk is kept once under its SHA-256.
//! The list of a snapshot's files and chunks is itself kept as chunks; the row of a snapshot has
//! the hashes of those.

use std::collections::{BTreeMap, BTreeSet};

use yumen_ledger::Hash;

use crate::append::{number, pack, unpack};
use crate::chunk::{CONTENT, LIST, cut, pieces, push_number, take, take_number, uncut};
use crate::database::{Row, Session};
use crate::error::StoreError;
use crate::store::{Store, check_name};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// A snapshot that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotInfo {
    /// Its content address
    pub address: String,
    /// When it was first put here, in milliseconds since 1970
    pub first_at: i64,
    /// When it was last put here
    pub last_at: i64,
    /// Bytes of its files
    pub size: u64,
}

/// Which snapshots are kept: all of the last days, then fewer. Days are of UTC; the last one of a
/// day, week or month stands for it. The newest snapshot of all is always kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Days for which every snapshot is kept
    pub all_days: u32,
    /// Days for which one of each day is kept
    pub daily_days: u32,
    /// Days for which one of each week (Monday to Sunday) is kept
    pub weekly_days: u32,
    /// Days for which one of each month is kept
    pub monthly_days: u32,
}

/// All of a fortnight, days of a year, weeks of three years, months of ten.
impl Default for Retention {
    fn default() -> Self {
        Self {
            all_days: 14,
            daily_days: 366,
            weekly_days: 3 * 366,
            monthly_days: 10 * 366,
        }
    }
}

/// What a clean-up removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// Addresses of snapshots, sorted
    pub snapshots: Vec<String>,
    /// Chunks that no snapshot needs any more
    pub chunks: usize,
}

/// Files as chunks.
struct Split {
    size: u64,
    list: Vec<u8>,
    cuts: Vec<u8>,
    chunks: BTreeMap<Hash, Vec<u8>>,
}

impl Store {
    /// Keeps a snapshot: the files of a directory by their paths, at a time in milliseconds since
    /// 1970. One whose address is already here only has its time noted: the address covers all
    /// that a snapshot says, and the first files stay.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn put_snapshot(
        &self,
        address: &str,
        files: &BTreeMap<String, Vec<u8>>,
        at: i64,
    ) -> Result<(), StoreError> {
        check_name(address)?;
        let seen = self.database.retrying(|session| {
            session.begin_write()?;
            let seen = session.run(
                "UPDATE snapshot SET last_at = $2 WHERE address = $1 AND last_at < $2",
                vec![address.into(), at.into()],
            )?;
            let row = session.row(
                "SELECT 1 FROM snapshot WHERE address = $1",
                vec![address.into()],
            )?;
            if seen > 0 {
                session.commit()?;
            } else {
                session.rollback()?;
            }
            Ok(row.is_some())
        })?;
        if seen {
            return Ok(());
        }
        let split = split(files);
        self.database.retrying(|session| {
            session.begin_write()?;
            put_chunks(session, &split.chunks)?;
            session.run(
                "INSERT INTO snapshot (address, first_at, last_at, size, list, cuts) \
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (address) DO NOTHING",
                vec![
                    address.into(),
                    at.into(),
                    at.into(),
                    number(split.size).into(),
                    split.list.as_slice().into(),
                    pack(&split.cuts)?.into(),
                ],
            )?;
            session.commit()
        })
    }

    /// The files of a snapshot, every byte as it was put here.
    ///
    /// # Errors
    /// There is no such snapshot ([`StoreError::NoSnapshot`]), or a chunk is damaged.
    pub fn get_snapshot(&self, address: &str) -> Result<BTreeMap<String, Vec<u8>>, StoreError> {
        self.database.retrying(|session| {
            session.begin_read()?;
            read_snapshot(session, address)
        })
    }

    /// All snapshots, the oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn snapshots(&self) -> Result<Vec<SnapshotInfo>, StoreError> {
        self.database.retrying(list)
    }

    /// Removes snapshots that are not wanted any more and chunks that nobody needs; `named` are
    /// addresses that open changes speak of and that stay in any case. The ledger is never cut.
    /// The time is in milliseconds since 1970.
    ///
    /// # Errors
    /// The database cannot be written; a damaged list of chunks stops it before anything is
    /// removed.
    pub fn retain(
        &self,
        policy: &Retention,
        named: &BTreeSet<String>,
        now: i64,
    ) -> Result<Removed, StoreError> {
        self.database.retrying(|session| {
            session.begin_write()?;
            let all = list(session)?;
            let wanted = wanted(&all, policy, now);
            let mut removed = Removed::default();
            for snapshot in &all {
                let address = &snapshot.address;
                if !wanted.contains(address.as_str()) && !named.contains(address) {
                    session.run(
                        "DELETE FROM snapshot WHERE address = $1",
                        vec![address.as_str().into()],
                    )?;
                    removed.snapshots.push(address.clone());
                }
            }
            removed.snapshots.sort();
            if !removed.snapshots.is_empty() {
                removed.chunks = sweep(session)?;
            }
            session.commit()?;
            Ok(removed)
        })
    }
}

fn list(session: &mut Session<'_>) -> Result<Vec<SnapshotInfo>, StoreError> {
    let sql = "SELECT address, first_at, last_at, size FROM snapshot";
    let info = |row: &Row| {
        Ok(SnapshotInfo {
            address: row.text(0)?,
            first_at: row.number(1)?,
            last_at: row.number(2)?,
            size: row.count(3)?,
        })
    };
    let rows = session.rows(sql, vec![])?;
    let found: Result<Vec<SnapshotInfo>, StoreError> = rows.iter().map(info).collect();
    let mut found = found?;
    found.sort_by(|left, right| {
        (left.first_at, &left.address).cmp(&(right.first_at, &right.address))
    });
    Ok(found)
}

/// The addresses that a policy keeps.
fn wanted<'a>(all: &'a [SnapshotInfo], policy: &Retention, now: i64) -> BTreeSet<&'a str> {
    let mut newest_first: Vec<&SnapshotInfo> = all.iter().collect();
    newest_first.sort_by_key(|one| (std::cmp::Reverse(one.last_at), &one.address));
    let mut wanted = BTreeSet::new();
    wanted.extend(newest_first.first().map(|one| one.address.as_str()));
    let (mut days, mut weeks, mut months) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for one in newest_first {
        let day = one.last_at.div_euclid(DAY);
        // 1970-01-01 was a Thursday.
        let week = (day + 3).div_euclid(7);
        let time = jiff::Timestamp::from_millisecond(one.last_at).unwrap_or_default();
        let date = time.to_zoned(jiff::tz::TimeZone::UTC).date();
        let month = (date.year(), date.month());
        let is_within = |limit: u32| now.saturating_sub(one.last_at) <= i64::from(limit) * DAY;
        let first_of = [days.insert(day), weeks.insert(week), months.insert(month)];
        let [of_day, of_week, of_month] = first_of;
        if is_within(policy.all_days)
            || (of_day && is_within(policy.daily_days))
            || (of_week && is_within(policy.weekly_days))
            || (of_month && is_within(policy.monthly_days))
        {
            wanted.insert(one.address.as_str());
        }
    }
    wanted
}

/// Removes chunks that no snapshot needs; gives their number.
fn sweep(session: &mut Session<'_>) -> Result<usize, StoreError> {
    let mut needed = BTreeSet::new();
    for row in session.rows("SELECT list FROM snapshot", vec![])? {
        needed.extend(hashes(&row.bytes(0)?)?);
    }
    for row in session.rows("SELECT address FROM snapshot", vec![])? {
        for (_, chunks) in read_list(session, &row.text(0)?)?.0 {
            needed.extend(chunks);
        }
    }
    let mut removed = 0;
    for row in session.rows("SELECT hash FROM chunk", vec![])? {
        let hash = row.bytes(0)?;
        if Hash::from_bytes(&hash).is_none_or(|hash| !needed.contains(&hash)) {
            session.run("DELETE FROM chunk WHERE hash = $1", vec![hash.into()])?;
            removed += 1;
        }
    }
    Ok(removed)
}

fn split(files: &BTreeMap<String, Vec<u8>>) -> Split {
    let mut split = Split {
        size: 0,
        list: Vec::new(),
        cuts: Vec::new(),
        chunks: BTreeMap::new(),
    };
    let mut list = Vec::new();
    for (path, bytes) in files {
        split.size += bytes.len() as u64;
        let (left, cuts) = cut(bytes);
        push_number(&mut split.cuts, cuts.len());
        split.cuts.extend(cuts);
        push_number(&mut list, path.len());
        list.extend(path.bytes());
        let pieces = pieces(&left, CONTENT);
        push_number(&mut list, pieces.len());
        for piece in pieces {
            list.extend(add_chunk(&mut split.chunks, piece).0);
        }
    }
    for piece in pieces(&list, LIST) {
        let hash = add_chunk(&mut split.chunks, piece);
        split.list.extend(hash.0);
    }
    split
}

fn add_chunk(chunks: &mut BTreeMap<Hash, Vec<u8>>, piece: &[u8]) -> Hash {
    let hash = Hash::of_content(piece);
    chunks.entry(hash).or_insert_with(|| piece.to_vec());
    hash
}

fn put_chunks(
    session: &mut Session<'_>,
    chunks: &BTreeMap<Hash, Vec<u8>>,
) -> Result<(), StoreError> {
    let wanted: Vec<Vec<u8>> = chunks.keys().map(|hash| hash.0.to_vec()).collect();
    let present = session.present("chunk", "hash", &wanted)?;
    let present: BTreeSet<&[u8]> = present.iter().map(Vec::as_slice).collect();
    let mut rows = Vec::new();
    for (hash, content) in chunks {
        if !present.contains(hash.0.as_slice()) {
            rows.push(vec![hash.0.as_slice().into(), pack_chunk(content)?.into()]);
        }
    }
    session.insert(
        "chunk (hash, data)",
        2,
        rows,
        "ON CONFLICT (hash) DO NOTHING",
    )
}

/// A chunk as it is kept: compressed behind a one, or as it is behind a zero.
fn pack_chunk(content: &[u8]) -> Result<Vec<u8>, StoreError> {
    let packed = pack(content)?;
    let (kind, bytes) = if packed.len() < content.len() {
        (1, packed.as_slice())
    } else {
        (0, content)
    };
    let mut data = vec![kind];
    data.extend(bytes);
    Ok(data)
}

/// The content of a chunk, which is what its hash says.
pub(crate) fn unpack_chunk(hash: &Hash, data: &[u8]) -> Result<Vec<u8>, StoreError> {
    let content = match data.split_first() {
        Some((1, packed)) => unpack(packed)?,
        Some((0, content)) => content.to_vec(),
        _ => return Err(damaged(hash)),
    };
    if Hash::of_content(&content) == *hash {
        Ok(content)
    } else {
        Err(damaged(hash))
    }
}

fn damaged(hash: &Hash) -> StoreError {
    StoreError::corrupted(format!("chunk {}", hash.to_hex()))
}

fn chunk(session: &mut Session<'_>, hash: &Hash) -> Result<Vec<u8>, StoreError> {
    let sql = "SELECT data FROM chunk WHERE hash = $1";
    let row = session.row(sql, vec![hash.0.as_slice().into()])?;
    let missing = || StoreError::corrupted(format!("chunk {} is missing", hash.to_hex()));
    unpack_chunk(hash, &row.ok_or_else(missing)?.bytes(0)?)
}

fn hashes(bytes: &[u8]) -> Result<Vec<Hash>, StoreError> {
    let hashes = bytes.chunks(Hash::LENGTH).map(Hash::from_bytes);
    let hashes: Option<Vec<Hash>> = hashes.collect();
    hashes.ok_or_else(|| StoreError::corrupted("a list of chunks ends within a hash"))
}

/// A snapshot's files with their chunks, and the cuts of all of them.
#[expect(
    clippy::type_complexity,
    reason = "one caller takes it apart, the other half of it"
)]
fn read_list(
    session: &mut Session<'_>,
    address: &str,
) -> Result<(Vec<(String, Vec<Hash>)>, Vec<u8>), StoreError> {
    let sql = "SELECT list, cuts FROM snapshot WHERE address = $1";
    let row = session.row(sql, vec![address.into()])?;
    let row = row.ok_or_else(|| StoreError::NoSnapshot {
        address: address.to_owned(),
    })?;
    let mut list = Vec::new();
    for hash in hashes(&row.bytes(0)?)? {
        list.extend(chunk(session, &hash)?);
    }
    let wrong = || StoreError::corrupted(format!("the list of snapshot `{address}`"));
    let files = parse_list(&list).ok_or_else(wrong)?;
    Ok((files, unpack(&row.bytes(1)?)?))
}

fn parse_list(mut list: &[u8]) -> Option<Vec<(String, Vec<Hash>)>> {
    let mut files = Vec::new();
    while !list.is_empty() {
        let length = take_number(&mut list)?;
        let path = String::from_utf8(take(&mut list, length)?.to_vec()).ok()?;
        let count = take_number(&mut list)?;
        let bytes = take(&mut list, count.checked_mul(Hash::LENGTH)?)?;
        files.push((path, hashes(bytes).ok()?));
    }
    Some(files)
}

pub(crate) fn read_snapshot(
    session: &mut Session<'_>,
    address: &str,
) -> Result<BTreeMap<String, Vec<u8>>, StoreError> {
    let (list, cuts) = read_list(session, address)?;
    let wrong = || StoreError::corrupted(format!("the cuts of snapshot `{address}`"));
    let mut cuts = cuts.as_slice();
    let mut files = BTreeMap::new();
    for (path, hashes) in list {
        let mut left = Vec::new();
        for hash in hashes {
            left.extend(chunk(session, &hash)?);
        }
        let length = take_number(&mut cuts).ok_or_else(wrong)?;
        let own = take(&mut cuts, length).ok_or_else(wrong)?;
        files.insert(path, uncut(&left, own).ok_or_else(wrong)?);
    }
    Ok(files)
}
