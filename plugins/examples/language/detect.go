package main

import (
	"fmt"
	"math"
	"sort"
	"strings"
	"unicode"
)

// Guess is what a text reads as. Language is empty when nothing tells.
type Guess struct {
	Language   string // ISO 639-1
	Name       string
	Confidence float64 // 0 to 1: the share of the likelihood that this language has among all that were weighed
	Evidence   string  // what decided, in a few words
}

// How much more likely each kind of evidence is in a language that has it, as a natural logarithm.
const (
	wordWeight   = 2.0
	letterWeight = 2.5
	gramWeight   = 0.6
	// What "some other language" starts with: text must earn more than this.
	otherWeight = 3.5
	// Evidence repeats itself within a text; what comes later says less.
	mostOfAKind = 12.0
	mostRunes   = 4000
)

// evidence is what one language's profile found in a text.
type evidence struct {
	profile *compiled
	words   []string // distinct, in order
	weight  float64
}

type compiled struct {
	profile
	wordSet map[string]bool
	gramSet map[string]bool
}

var compiledProfiles = compile()

func compile() []*compiled {
	var out []*compiled
	for _, p := range latinProfiles {
		out = append(out, &compiled{p, setOf(p.words), setOf(p.grams)})
	}
	return out
}

// Detect says which language a text is in.
func Detect(text string) Guess {
	runes := []rune(strings.ToLower(text))
	if len(runes) > mostRunes {
		runes = runes[:mostRunes]
	}
	if guess, sure := byScript(runes); sure {
		return guess
	}
	words := wordsOf(runes)
	found := weigh(words, string(runes))
	best := found[0]
	if best.weight <= 0 || len(words) < 3 {
		return Guess{}
	}
	// Every rival's share, and that of languages that nobody wrote down here.
	sum := math.Exp(otherWeight - best.weight)
	for _, e := range found {
		sum += math.Exp(e.weight - best.weight)
	}
	return Guess{best.profile.language, best.profile.name, 1 / sum, evidenceText(best)}
}

func evidenceText(e evidence) string {
	const most = 4
	if len(e.words) == 0 {
		return "the spelling"
	}
	shown := e.words
	if len(shown) > most {
		shown = shown[:most]
	}
	return fmt.Sprintf("\"%s\"", strings.Join(shown, "\", \""))
}

// weigh adds up the evidence for each language; the weightiest is first.
func weigh(words []string, text string) []evidence {
	found := make([]evidence, len(compiledProfiles))
	for i, p := range compiledProfiles {
		found[i] = evidenceFor(p, words, text)
	}
	sort.SliceStable(found, func(i, j int) bool { return found[i].weight > found[j].weight })
	return found
}

func evidenceFor(p *compiled, words []string, text string) evidence {
	e := evidence{profile: p}
	seen := map[string]bool{}
	var byWord, byLetter, byGram float64
	for _, word := range words {
		if p.wordSet[word] && !seen[word] {
			seen[word] = true
			e.words = append(e.words, word)
			// A single letter says little: many languages have it.
			byWord += wordWeight * math.Min(1, float64(len([]rune(word)))/3)
		}
		byGram += gramWeight * float64(grams(p.gramSet, word)) / math.Sqrt(float64(len(words)))
	}
	for _, letter := range p.letters {
		byLetter += letterWeight * math.Min(2, float64(strings.Count(text, string(letter))))
	}
	e.weight = damped(byWord) + damped(byLetter) + damped(byGram)
	return e
}

// damped grows like x while that is little and never beyond mostOfAKind.
func damped(x float64) float64 { return mostOfAKind * (1 - math.Exp(-x/mostOfAKind)) }

// grams counts the parts of "_word_" of two to five letters that are in the set.
func grams(set map[string]bool, word string) int {
	runes := []rune("_" + word + "_")
	count := 0
	for from := range runes {
		for length := 1; length <= 6 && from+length <= len(runes); length++ {
			if set[string(runes[from:from+length])] {
				count++
			}
		}
	}
	return count
}

// wordsOf splits at everything but letters and apostrophes. Names of places on the net are no words of a language.
func wordsOf(runes []rune) []string {
	var words []string
	for _, token := range strings.Fields(string(runes)) {
		if strings.Contains(token, "@") || strings.Contains(token, "://") || strings.HasPrefix(token, "www.") {
			continue
		}
		for _, word := range strings.FieldsFunc(token, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '’' }) {
			word = strings.Trim(strings.ReplaceAll(word, "’", "'"), "'")
			if word != "" {
				words = append(words, word)
			}
		}
	}
	return words
}

// What a script says by itself. A tie of scripts leaves it open.
var scripts = []struct {
	table    *unicode.RangeTable
	language string
	name     string
}{
	{unicode.Hiragana, "ja", "Japanese"}, {unicode.Katakana, "ja", "Japanese"}, {unicode.Hangul, "ko", "Korean"},
	{unicode.Greek, "el", "Greek"}, {unicode.Thai, "th", "Thai"}, {unicode.Hebrew, "he", "Hebrew"},
	{unicode.Han, "zh", "Chinese"},
}

// byScript decides what letters alone decide; sure also when they leave it open, such as Cyrillic without a letter that
// tells. Latin text is never sure.
func byScript(runes []rune) (Guess, bool) {
	count := map[string]int{}
	latin, cyrillic, letters := 0, 0, 0
	names := map[string]string{}
	for _, r := range runes {
		if !unicode.IsLetter(r) {
			continue
		}
		letters++
		switch {
		case unicode.Is(unicode.Latin, r):
			latin++
		case unicode.Is(unicode.Cyrillic, r):
			cyrillic++
		}
		for _, s := range scripts {
			if unicode.Is(s.table, r) {
				count[s.language]++
				names[s.language] = s.name
			}
		}
	}
	if latin*2 >= letters {
		return Guess{}, letters == 0
	}
	if cyrillic*2 > letters {
		return cyrillicGuess(runes), true
	}
	// Japanese mixes its own letters with Chinese ones.
	if count["ja"] > 0 && (count["ja"]+count["zh"])*2 > letters {
		return scriptGuess("ja", names["ja"]), true
	}
	for language, n := range count {
		if n*10 > letters*8 && n >= 2 {
			return scriptGuess(language, names[language]), true
		}
	}
	return Guess{}, true
}

func scriptGuess(language, name string) Guess { return Guess{language, name, 0.95, "the script"} }

func cyrillicGuess(runes []rune) Guess {
	text := string(runes)
	russian, ukrainian := strings.ContainsAny(text, "ыэъё"), strings.ContainsAny(text, "іїєґ")
	switch {
	case russian && !ukrainian:
		return Guess{"ru", "Russian", 0.9, "the letters"}
	case ukrainian && !russian:
		return Guess{"uk", "Ukrainian", 0.9, "the letters"}
	}
	return Guess{}
}
