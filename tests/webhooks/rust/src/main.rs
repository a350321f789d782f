//! Verifies and reads messages with the libraries of Rust. usage: verify FOLDER SECRETS
use cloudevents::{AttributesReader, Data, Event};
use standardwebhooks::Webhook;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let secrets = std::fs::read_to_string(&arguments[2]).unwrap();
    let mut paths: Vec<_> = std::fs::read_dir(&arguments[1])
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    paths.sort();
    for path in paths {
        let request: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let body = request["body"].as_str().unwrap();
        let mut headers = http::HeaderMap::new();
        for (name, value) in request["headers"].as_object().unwrap() {
            let name = http::HeaderName::from_bytes(name.as_bytes()).unwrap();
            headers.insert(name, value.as_str().unwrap().parse().unwrap());
        }
        for secret in secrets.split_whitespace() {
            Webhook::new(secret)
                .unwrap()
                .verify(body.as_bytes(), &headers)
                .unwrap();
        }
        let event: Event = serde_json::from_str(body).unwrap();
        let Some(Data::Json(data)) = event.data() else {
            panic!("the data is no JSON")
        };
        let extension = |name: &str| {
            event
                .extension(name)
                .map(|v| v.to_string())
                .unwrap_or_default()
        };
        let rules: Vec<_> = data["rules"]
            .as_array()
            .unwrap()
            .iter()
            .map(|r| r.as_str().unwrap())
            .collect();
        println!(
            "{}",
            [
                event.id().to_string(),
                event.ty().to_string(),
                event.source().to_string(),
                event.subject().unwrap().to_string(),
                event
                    .time()
                    .unwrap()
                    .format("%Y-%m-%dT%H:%M:%S%.3fZ")
                    .to_string(),
                extension("region"),
                extension("sequence"),
                rules.join(","),
                data["event"]["eventId"].as_str().unwrap().to_string(),
                data["event"]["record"].as_str().unwrap().to_string(),
            ]
            .join("|")
        );
    }
}
