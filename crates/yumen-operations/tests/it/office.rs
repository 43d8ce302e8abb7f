//! A cloud, a store and some people to work with.

use std::sync::{Arc, Mutex};

use tempfile::TempDir;
use yumen_aliyun::client::{Client, SystemClock};
use yumen_aliyun::collect;
use yumen_aliyun::credentials::Provider;
use yumen_aliyun::transport::Network;
use yumen_cloudlab::{LAB_KEY, Lab, Server, Settings};
use yumen_operations::{Desk, Ground, Live, Person};
use yumen_store::{Identity, Location, Notary, Options, RealDisk, Store};

/// Whoever changes things without asking.
pub(crate) const STRANGER: (&str, &str) = ("stranger", "strangersecret");

pub(crate) struct Office {
    server: Server,
    pub(crate) desk: Desk,
    folder: TempDir,
    people: Vec<(String, Identity)>,
}

impl Office {
    /// The demo estate, with the settings given; `{people}` stands for those who sign: li
    /// (operator), wang and zhao (approvers).
    pub(crate) fn new(settings: &str, roles: &[(&str, &str)]) -> Self {
        let files = yumen_cloudlab::demo().into_iter();
        let files = files.map(|file| (file.path, file.bytes));
        let quick = Settings {
            window: 0,
            ..Settings::default()
        };
        let mut lab = Lab::load(files, quick).unwrap();
        let account = lab.account().to_owned();
        lab.add_key(STRANGER.0, STRANGER.1, &account, Vec::new());
        let lab = Arc::new(Mutex::new(lab));
        let server = Server::start(lab, ([127, 0, 0, 1], 0).into(), None).unwrap();
        let folder = TempDir::new().unwrap();
        let mut text = String::new();
        let mut people = Vec::new();
        for (name, roles) in roles {
            let path = folder.path().join(format!("{name}.pem"));
            let identity = Identity::generate(&RealDisk, &path, name, None).unwrap();
            let keys = identity.vkeys();
            text.push_str(&format!(
                "[people.{name}]\nkey = {keys:?}\nroles = {roles}\n"
            ));
            people.push(((*name).to_owned(), identity));
        }
        let config = folder.path().join("yumen.toml");
        std::fs::write(&config, format!("{settings}\n{text}")).unwrap();
        let ground = Ground::read(Some(&config), None).unwrap();
        let desk = Self::open(&folder, Arc::new(ground));
        Self {
            server,
            desk,
            folder,
            people,
        }
    }

    fn open(folder: &TempDir, ground: Arc<Ground>) -> Desk {
        let keys = folder.path().join("keys");
        let path = keys.join("ledger.pem");
        let origin = "yumen.test/ledger";
        let identity = Identity::load(&RealDisk, &path, origin, None)
            .or_else(|_| Identity::generate(&RealDisk, &path, origin, None))
            .unwrap();
        let options = Options {
            origin: Some(origin.to_owned()),
            notary: Some(Notary {
                signers: identity.signers(),
                folder: keys,
                disk: Arc::new(RealDisk),
            }),
            is_read_only: false,
        };
        let location = Location::Sqlite(folder.path().join("yumen.db"));
        let store = Store::open(&location, options).unwrap();
        Desk::new(Arc::new(store), ground, Arc::new(SystemClock))
    }

    /// Forgets everything that is not in the store, as a new process would.
    pub(crate) fn restart(&mut self) {
        let ground = Arc::clone(&self.desk.ground);
        self.desk = Self::open(&self.folder, ground);
    }

    pub(crate) fn client(&self, (id, secret): (&str, &str)) -> Client {
        Client::new(
            Arc::new(Network::new()),
            Provider::fixed(id, secret, None),
            Arc::new(SystemClock),
            Some(format!("http://{}", self.server.address())),
        )
    }

    pub(crate) fn live(&self) -> Live {
        let client = self.client(LAB_KEY);
        let scope = collect::scope(&client, None).unwrap();
        Live::read(client, scope, &|| true).unwrap()
    }

    pub(crate) fn person(&self, name: &str) -> Person {
        let (_, identity) = self.people.iter().find(|(known, _)| known == name).unwrap();
        Person::new(name, identity.clone())
    }
}
