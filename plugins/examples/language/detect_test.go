package main

import (
	"strings"
	"testing"
)

// Enquiries as people write them, three for each language.
var enquiries = map[string][]string{
	"en": {
		"Hello, we are looking for a quote for about 200 users. Could you please send me more information?",
		"I would like to see a demo of your platform next week.",
		"What does the integration cost, and when can we start?",
	},
	"es": {
		"Buenos días, quisiera recibir una cotización para nuestra empresa. Muchas gracias.",
		"Necesitamos información sobre los precios para 50 usuarios.",
		"Hola, ¿cuándo podemos ver una demostración?",
	},
	"pt": {
		"Olá, gostaria de receber um orçamento para a nossa empresa. Obrigado!",
		"Precisamos de informações sobre o preço e não encontramos no site.",
		"Bom dia, vocês têm integração com o nosso sistema?",
	},
	"fr": {
		"Bonjour, nous souhaitons recevoir un devis pour notre entreprise. Merci d'avance.",
		"Je voudrais savoir si vous avez une offre pour les petites équipes.",
		"Quel est le prix pour 20 utilisateurs et dans quel délai ?",
	},
	"de": {
		"Guten Tag, wir möchten gerne ein Angebot für unser Unternehmen. Mit freundlichen Grüßen",
		"Ich brauche bitte mehr Informationen über die Schnittstelle.",
		"Was kostet die Lösung und wann können wir anfangen?",
	},
	"it": {
		"Buongiorno, vorremmo ricevere un preventivo per la nostra azienda. Grazie.",
		"Abbiamo bisogno di informazioni sui prezzi per il nostro ufficio di Milano.",
		"Quanto costa il servizio e quando si può iniziare?",
	},
	"nl": {
		"Goedemorgen, wij zouden graag een offerte ontvangen voor ons bedrijf. Met vriendelijke groeten",
		"Ik wil graag meer informatie over de prijs van het platform.",
		"Wat kost de oplossing en wanneer kunnen we beginnen?",
	},
	"pl": {
		"Dzień dobry, prosimy o ofertę dla naszej firmy. Dziękuję i pozdrawiam.",
		"Chciałbym otrzymać więcej informacji o cenach dla 30 użytkowników.",
		"Czy możecie się z nami skontaktować? Szukamy nowego systemu.",
	},
}

func TestEveryLanguageIsKnownByItsEnquiries(t *testing.T) {
	for language, texts := range enquiries {
		for _, text := range texts {
			guess := Detect(text)
			if guess.Language != language || guess.Confidence < 0.8 {
				t.Errorf("%q: %+v, not %s", text, guess, language)
			}
		}
	}
}

func TestCaseAndSignaturesMakeNoDifference(t *testing.T) {
	for language, texts := range enquiries {
		for _, text := range texts {
			loud := strings.ToUpper(text) + "\nhttps://www.firma.example/the/and/of info@the-and.example"
			if guess := Detect(loud); guess.Language != language {
				t.Errorf("%q: %+v, not %s", loud, guess, language)
			}
		}
	}
}

func TestScriptsThatTell(t *testing.T) {
	for text, language := range map[string]string{
		"お見積もりをお願いします。":                        "ja",
		"株式会社の資料を送ってください":                      "ja",
		"我们需要一份报价单":                            "zh",
		"견적을 보내 주세요":                           "ko",
		"Θα θέλαμε μια προσφορά":               "el",
		"Мы хотели бы получить предложение":    "ru",
		"Ми хотіли б отримати вашу пропозицію": "uk",
		"אנחנו רוצים הצעת מחיר":                "he",
		"ขอใบเสนอราคาหน่อย":                    "th",
		"Zoom 会議のリンクを送ってください。":                 "ja",
	} {
		if guess := Detect(text); guess.Language != language {
			t.Errorf("%q: %+v, not %s", text, guess, language)
		}
	}
}

func TestNothingIsGuessed(t *testing.T) {
	for _, text := range []string{
		"", "   ", "12345 67-89", "Demo", "Newsletter", "OK", "SAP S/4HANA", "Platform Suite 2026", "asdf asdf asdf",
		"Webinar Software Service Portal", "info@firma.example", "https://www.the-and-of.example/is/that",
		"Kami ingin tahu harga untuk kantor kami", "Szeretnénk egy árajánlatot kérni", "Vi vil gjerne ha et tilbud",
		"Спасибо", "\xff\xfe\x00",
	} {
		if guess := Detect(text); guess.Confidence >= 0.8 {
			t.Errorf("%q: %+v", text, guess)
		}
	}
}

func TestItNamesWhatItReadBy(t *testing.T) {
	guess := Detect("wir brauchen ein Angebot für die Firma")
	if guess.Evidence != `"wir", "brauchen", "ein", "angebot"` {
		t.Errorf("%+v", guess)
	}
}

func TestTextOfAnyLength(t *testing.T) {
	long := strings.Repeat("the price of the offer is not clear ", 5000)
	if guess := Detect(long); guess.Language != "en" || guess.Confidence > 1 {
		t.Errorf("%+v", guess)
	}
}
