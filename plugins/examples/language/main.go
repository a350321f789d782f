// The plugin org.leadline.language: detects the language of free text. See README.md.
package main

import (
	"fmt"
	"strings"

	"leadline"
)

const configSchema = `{
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "fields": {"type": "array", "minItems": 1, "maxItems": 16, "items": {"type": "string", "minLength": 1}},
    "min_confidence": {"type": "number", "minimum": 0, "maximum": 1},
    "languages": {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": "^[a-z]{2}$"}}
  }
}`

// What is read, in this order; a field that the schema has not is not missed.
var defaultFields = []string{"lead.message", "activity.subject"}

type detector struct {
	slots         []leadline.Slot
	minConfidence float64
	languages     map[string]bool // empty: all
}

func newDetector(setup *leadline.Setup) (*detector, error) {
	config := struct {
		Fields        []string `json:"fields"`
		MinConfidence *float64 `json:"min_confidence"`
		Languages     []string `json:"languages"`
	}{Fields: defaultFields}
	if err := setup.Config(&config); err != nil {
		return nil, err
	}
	d := &detector{minConfidence: 0.8, languages: map[string]bool{}}
	if config.MinConfidence != nil {
		d.minConfidence = *config.MinConfidence
	}
	for _, language := range config.Languages {
		d.languages[language] = true
	}
	for _, name := range config.Fields {
		slot, ok, err := setup.OptionalField(name, leadline.KindText)
		if err != nil {
			return nil, err
		}
		if ok {
			d.slots = append(d.slots, slot)
		}
	}
	if len(d.slots) == 0 {
		return nil, leadline.Errorf(leadline.NotFound, "the schema has none of the fields %s; name a text field in \"fields\"",
			strings.Join(config.Fields, ", "))
	}
	return d, nil
}

// Normalize answers with a tag such as "de", or with nothing when the text leaves it open.
func (d *detector) Normalize(record leadline.Record, call *leadline.Call) (leadline.Reading, error) {
	var texts []string
	for _, slot := range d.slots {
		if text, ok := record.Text(slot); ok {
			texts = append(texts, text)
		}
	}
	guess := Detect(strings.Join(texts, "\n"))
	if guess.Language == "" || guess.Confidence < d.minConfidence {
		return leadline.Reading{}, nil
	}
	if len(d.languages) > 0 && !d.languages[guess.Language] {
		return leadline.Reading{}, nil
	}
	call.Reason(fmt.Sprintf("%s reads as %s", guess.Evidence, guess.Name), 0)
	return leadline.Reading{Known: true, Value: guess.Language, Confidence: guess.Confidence}, nil
}

func init() {
	leadline.Export(leadline.About{
		ID:           "org.leadline.language",
		Version:      "1.0.0",
		ConfigSchema: configSchema,
		Concurrent:   true,
		Pure:         true,
	}, newDetector)
}

func main() {}
