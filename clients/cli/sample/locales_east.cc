#include <algorithm>

#include "cli/sample/locale.h"

namespace leadline::sample {
namespace {

using V = std::string_view;

// German --------------------------------------------------------------------
constexpr V kDeGiven[] = {"Thomas", "Anna",   "Michael", "Sabine",    "Andreas",   "Claudia",  "Stefan",
                          "Petra",  "Jürgen", "Monika",  "Wolfgang",  "Katrin",    "Matthias", "Birgit",
                          "Markus", "Ursula", "Günter",  "Jana",      "Alexander", "Lena",     "Sebastian",
                          "Käthe",  "Dieter", "Heike",   "Friedrich", "Johanna"};
constexpr V kDeFamily[] = {"Müller",   "Schmidt",  "Schneider", "Fischer",    "Weber", "Meyer",   "Wagner",  "Becker",
                           "Schulz",   "Hoffmann", "Schäfer",   "Koch",       "Bauer", "Richter", "Klein",   "Wolf",
                           "Schröder", "Neumann",  "Schwarz",   "Zimmermann", "Braun", "Krüger",  "Hofmann", "Hartmann",
                           "Lange",    "Krause",   "Lehmann",   "Köhler",     "Maier", "Vogel",   "Böhm",    "Winkler"};
constexpr V kDeNick[] = {"Thomas",  "Tom",       "Michael", "Micha",     "Andreas",  "Andi",      "Wolfgang",
                         "Wolle",   "Alexander", "Alex",    "Sebastian", "Basti",    "Friedrich", "Fritz",
                         "Johanna", "Hanna",     "Katrin",  "Kati",      "Matthias", "Matze"};
constexpr V kDeChief[] = {"Geschäftsführer", "Geschäftsführerin", "Vorstand", "CEO"};
constexpr V kDeVice[] = {"Bereichsleiter", "Bereichsleiterin"};
constexpr V kDeDirector[] = {"Direktor", "Hauptabteilungsleiter"};
constexpr V kDeManager[] = {"Leiter", "Leiterin", "Abteilungsleiter", "Teamleiter"};
constexpr V kDeSpecialist[] = {"Sachbearbeiter", "Referentin", "Fachkraft"};
constexpr V kDeFunctions[] = {"Einkauf", "Marketing", "IT", "Betrieb", "Vertrieb", "Finanzen"};
constexpr V kDeSectors[] = {"Maschinenbau",   "Software", "Logistik", "Bau",
                            "Medizintechnik", "Handel",   "Energie",  "Beratung"};
constexpr V kDeForms[] = {"GmbH", "AG", "GmbH & Co. KG"};
constexpr Country kDeCountries[] = {{"DE", "de-DE", "+49 30 nxxxxxxx", "0"},
                                    {"AT", "de-AT", "+43 1 nxxxxxx", "0"},
                                    {"CH", "de-CH", "+41 44 nxx xx xx", "0"}};

// Italian -------------------------------------------------------------------
constexpr V kItGiven[] = {"Marco",   "Giulia",   "Alessandro", "Francesca", "Giuseppe",  "Chiara", "Luca",
                          "Sara",    "Matteo",   "Martina",    "Lorenzo",   "Valentina", "Davide", "Elisa",
                          "Stefano", "Paola",    "Riccardo",   "Silvia",    "Niccolò",   "Alice",  "Federico",
                          "Roberta", "Giovanni", "Ilaria",     "Salvatore", "Teresa"};
constexpr V kItFamily[] = {"Rossi",    "Russo",  "Ferrari",  "Esposito", "Bianchi",  "Romano",  "Colombo", "Ricci",
                           "Marino",   "Greco",  "Bruno",    "Gallo",    "Conti",    "De Luca", "Mancini", "Costa",
                           "Giordano", "Rizzo",  "Lombardi", "Moretti",  "Barbieri", "Fontana", "Santoro", "Mariani",
                           "Rinaldi",  "Caruso", "Ferrara",  "Galli",    "Martini",  "Leone",   "Longo",   "D'Angelo"};
constexpr V kItNick[] = {"Alessandro", "Sandro", "Francesca", "Franca", "Giuseppe",  "Beppe", "Giovanni", "Gianni",
                         "Salvatore",  "Totò",   "Federico",  "Chicco", "Valentina", "Vale",  "Lorenzo",  "Renzo"};
constexpr V kItChief[] = {"Amministratore Delegato", "Direttore Generale", "CEO", "Presidente"};
constexpr V kItVice[] = {"Vicepresidente", "Vicedirettore"};
constexpr V kItDirector[] = {"Direttore", "Direttrice"};
constexpr V kItManager[] = {"Responsabile", "Capo ufficio", "Responsabile ufficio"};
constexpr V kItSpecialist[] = {"Addetto", "Impiegata", "Analista"};
constexpr V kItFunctions[] = {"Acquisti", "Marketing", "IT", "Operazioni", "Vendite", "Finanza"};
constexpr V kItSectors[] = {"Meccanica", "Software",  "Logistica", "Costruzioni",
                            "Sanità",    "Commercio", "Energia",   "Consulenza"};
constexpr V kItForms[] = {"S.r.l.", "S.p.A.", "S.n.c."};
constexpr Country kItCountries[] = {{"IT", "it-IT", "+39 02 nxxxxxxx", ""}};

// Dutch ---------------------------------------------------------------------
constexpr V kNlGiven[] = {"Jan",   "Maria",  "Pieter", "Anna",   "Willem",  "Johanna", "Hendrik", "Saskia", "Cornelis",
                          "Femke", "Jeroen", "Lotte",  "Sander", "Sanne",   "Bart",    "Marieke", "Daan",   "Inge",
                          "Ruben", "Eline",  "Thijs",  "Noor",   "Maarten", "Wilma",   "Joost",   "Anouk"};
constexpr V kNlFamily[] = {"de Jong",  "Jansen",       "de Vries", "van den Berg", "Bakker",    "van Dijk",  "Visser",
                           "Smit",     "Meijer",       "de Boer",  "Mulder",       "de Groot",  "Bos",       "Vos",
                           "Peters",   "Hendriks",     "Dekker",   "Brouwer",      "de Wit",    "Dijkstra",  "Smits",
                           "de Graaf", "van der Meer", "Kok",      "Jacobs",       "van Vliet", "Verhoeven", "Schouten",
                           "Willems",  "Koster",       "Prins",    "Huisman"};
constexpr V kNlNick[] = {"Cornelis", "Kees",    "Hendrik", "Henk",    "Willem", "Wim",     "Pieter",
                         "Piet",     "Johanna", "Jo",      "Maarten", "Maart",  "Marieke", "Rieke"};
constexpr V kNlChief[] = {"Algemeen Directeur", "CEO", "Bestuurder"};
constexpr V kNlVice[] = {"Adjunct-Directeur", "Vice President"};
constexpr V kNlDirector[] = {"Directeur", "Hoofd"};
constexpr V kNlManager[] = {"Manager", "Afdelingshoofd", "Teamleider"};
constexpr V kNlSpecialist[] = {"Medewerker", "Specialist", "Adviseur"};
constexpr V kNlFunctions[] = {"Inkoop", "Marketing", "ICT", "Operaties", "Verkoop", "Financiën"};
constexpr V kNlSectors[] = {"Machines", "Software", "Logistiek", "Bouw", "Zorg", "Handel", "Energie", "Advies"};
constexpr V kNlForms[] = {"B.V.", "N.V.", "V.O.F."};
constexpr Country kNlCountries[] = {{"NL", "nl-NL", "+31 20 nxx xxxx", "0"}, {"BE", "nl-BE", "+32 3 nxx xx xx", "0"}};

// Polish --------------------------------------------------------------------
constexpr V kPlGiven[] = {"Piotr",      "Anna",     "Krzysztof", "Katarzyna", "Andrzej",   "Małgorzata", "Tomasz",
                          "Agnieszka",  "Paweł",    "Barbara",   "Michał",    "Ewa",       "Marcin",     "Magdalena",
                          "Grzegorz",   "Joanna",   "Łukasz",    "Monika",    "Stanisław", "Zofia",      "Jakub",
                          "Aleksandra", "Wojciech", "Natalia",   "Rafał",     "Elżbieta"};
constexpr V kPlFamily[] = {
    "Nowak",     "Kowalczyk", "Wiśniewski", "Wójcik",    "Kamiński", "Lewandowski", "Zieliński", "Szymański",
    "Woźniak",   "Dąbrowski", "Kozłowski",  "Mazur",     "Krawczyk", "Piotrowski",  "Grabowski", "Pawlak",
    "Michalski", "Król",      "Wieczorek",  "Jabłoński", "Majewski", "Olszewski",   "Stępień",   "Malinowski",
    "Adamczyk",  "Dudek",     "Pawłowski",  "Sikora",    "Walczak",  "Baran",       "Rutkowski", "Szewczyk"};
constexpr V kPlNick[] = {"Krzysztof", "Krzysiek", "Katarzyna",  "Kasia", "Małgorzata", "Gosia", "Tomasz",    "Tomek",
                         "Agnieszka", "Aga",      "Aleksandra", "Ola",   "Joanna",     "Asia",  "Stanisław", "Staszek",
                         "Jakub",     "Kuba",     "Elżbieta",   "Ela",   "Barbara",    "Basia"};
constexpr V kPlChief[] = {"Prezes Zarządu", "Dyrektor Generalny", "CEO"};
constexpr V kPlVice[] = {"Wiceprezes", "Zastępca Dyrektora"};
constexpr V kPlDirector[] = {"Dyrektor", "Dyrektorka"};
constexpr V kPlManager[] = {"Kierownik", "Kierowniczka", "Menedżer"};
constexpr V kPlSpecialist[] = {"Specjalista", "Specjalistka", "Analityk"};
constexpr V kPlFunctions[] = {"ds. Zakupów",  "ds. Marketingu", "ds. IT",
                              "ds. Operacji", "ds. Sprzedaży",  "ds. Finansów"};
constexpr V kPlSectors[] = {"Maszyny", "Oprogramowanie", "Logistyka", "Budownictwo",
                            "Zdrowie", "Handel",         "Energia",   "Doradztwo"};
constexpr V kPlForms[] = {"Sp. z o.o.", "S.A."};
constexpr Country kPlCountries[] = {{"PL", "pl-PL", "+48 22 nxx xx xx", ""}};

constexpr Locale kEast[] = {
    {"de",
     0.14,
     kDeCountries,
     kDeGiven,
     kDeFamily,
     kDeNick,
     {{kDeChief, kDeVice, kDeDirector, kDeManager, kDeSpecialist}, kDeFunctions},
     kDeSectors,
     kDeForms},
    {"it",
     0.07,
     kItCountries,
     kItGiven,
     kItFamily,
     kItNick,
     {{kItChief, kItVice, kItDirector, kItManager, kItSpecialist}, kItFunctions},
     kItSectors,
     kItForms},
    {"nl",
     0.06,
     kNlCountries,
     kNlGiven,
     kNlFamily,
     kNlNick,
     {{kNlChief, kNlVice, kNlDirector, kNlManager, kNlSpecialist}, kNlFunctions},
     kNlSectors,
     kNlForms},
    {"pl",
     0.05,
     kPlCountries,
     kPlGiven,
     kPlFamily,
     kPlNick,
     {{kPlChief, kPlVice, kPlDirector, kPlManager, kPlSpecialist}, kPlFunctions},
     kPlSectors,
     kPlForms},
};

}  // namespace

std::span<const Locale> LocalesEast() { return kEast; }

std::span<const Locale> Locales() {
  static const auto all = [] {
    std::array<Locale, 8> both;
    auto end = std::copy(LocalesWest().begin(), LocalesWest().end(), both.begin());
    std::copy(LocalesEast().begin(), LocalesEast().end(), end);
    return both;
  }();
  return all;
}

}  // namespace leadline::sample
