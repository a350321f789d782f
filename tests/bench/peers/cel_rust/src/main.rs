//! Measures the `cel` crate on the cases of cases.json. `answers` prints what each order gives, `time` the nanoseconds
//! of one evaluation of the first order.
use cel::{Context, Program, Value};
use std::collections::HashMap;
use std::time::{Duration, Instant};

fn nanoseconds(mut work: impl FnMut()) -> f64 {
    let mut count = 1u32;
    loop {
        let begin = Instant::now();
        (0..count).for_each(|_| work());
        if begin.elapsed() > Duration::from_millis(50) {
            break;
        }
        count *= 2;
    }
    let mut rounds: Vec<f64> = (0..7)
        .map(|_| {
            let begin = Instant::now();
            (0..count).for_each(|_| work());
            begin.elapsed().as_nanos() as f64 / count as f64
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    rounds[rounds.len() / 2]
}

fn bind(order: &serde_json::Value) -> Context<'static, 'static> {
    let mut context = Context::default();
    let texts = |v: &serde_json::Value| -> Vec<String> {
        v.as_array()
            .unwrap()
            .iter()
            .map(|t| t.as_str().unwrap().to_string())
            .collect()
    };
    let items: Vec<HashMap<String, f64>> = order["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| HashMap::from([("qty".to_string(), i["qty"].as_f64().unwrap())]))
        .collect();
    context.add_variable_from_value("amount", order["amount"].as_f64().unwrap());
    context.add_variable_from_value("region", order["region"].as_str().unwrap());
    context.add_variable_from_value("tags", texts(&order["tags"]));
    context.add_variable_from_value("items", items);
    context
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let text = std::fs::read_to_string(&arguments[2]).unwrap();
    let input: serde_json::Value = serde_json::from_str(&text).unwrap();
    let orders = input["orders"].as_array().unwrap();
    for case in input["cases"].as_array().unwrap() {
        let program = Program::compile(case["cel"].as_str().unwrap()).unwrap();
        print!("{}", case["name"].as_str().unwrap());
        if arguments[1] == "answers" {
            for order in orders {
                match program.execute(&bind(order)).unwrap() {
                    Value::Bool(answer) => print!("\t{answer}"),
                    other => print!("\t{other:?}"),
                }
            }
        } else {
            let first = bind(&orders[0]);
            let took = nanoseconds(|| assert_eq!(program.execute(&first), Ok(Value::Bool(true))));
            print!("\t{took:.2}");
        }
        println!();
    }
}
