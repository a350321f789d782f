// Job titles as people write them, in six languages.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "plugins/examples/title_seniority/classify.h"

namespace title_seniority {
namespace {

struct Case {
  std::string_view title;
  std::string_view language;
  std::string_view seniority;  // empty: cannot tell
};

constexpr Case kCases[] = {
    // English
    {"CEO", "en", "c_level"},
    {"C.E.O.", "", "c_level"},
    {"Chief Executive Officer", "en", "c_level"},
    {"Chief Happiness Officer", "en", "c_level"},
    {"Interim CFO", "en", "c_level"},
    {"President", "en", "c_level"},
    {"President & COO", "en", "c_level"},
    {"Managing Director, UK & Ireland", "en", "c_level"},
    {"Member of the Board", "en", "c_level"},
    {"Chair of the Board", "en", "c_level"},
    {"Vice President", "en", "vp"},
    {"Vice-President, Sales", "en", "vp"},
    {"V.P. of Engineering", "en", "vp"},
    {"SVP Procurement", "en", "vp"},
    {"Senior Vice President of Operations", "en", "vp"},
    {"Assistant Vice President", "en", "director"},
    {"Director of Purchasing", "en", "director"},
    {"Sr. Director, Demand Generation", "en", "director"},
    {"Deputy Director", "en", "manager"},
    {"Deputy Chief Executive Officer", "en", "director"},
    {"Deputy Store Manager", "en", "senior"},
    {"Deputy Sheriff", "en", "staff"},
    {"General Manager", "en", "director"},
    {"Chief of Staff", "en", "director"},
    {"Chief of Staff to the CEO", "en", "director"},
    {"Director, Office of the CEO", "en", "director"},
    {"Director of Owner Relations", "en", "director"},
    {"Head of Growth", "en", "head"},
    {"Head of E-Commerce", "en", "head"},
    {"Chief Engineer", "en", "head"},
    {"Sales Manager", "en", "manager"},
    {"Senior Product Manager", "en", "manager"},
    {"Purchasing Mgr.", "en", "manager"},
    {"Assistant Manager", "en", "manager"},
    {"Assistant Director", "en", "manager"},
    {"Office Manager / PA", "en", "manager"},
    {"Team Lead Customer Success", "en", "manager"},
    {"Shift Supervisor", "en", "manager"},
    {"Assistant Store Manager", "en", "senior"},
    {"Senior Software Engineer", "en", "senior"},
    {"Staff Engineer", "en", "senior"},
    {"Tech Lead", "en", "senior"},
    {"Principal Consultant", "en", "senior"},
    {"Account Executive", "en", "staff"},
    {"Lead Generation Specialist", "en", "staff"},
    {"Product Owner", "en", "staff"},
    {"HR Business Partner", "en", "staff"},
    {"Founder's Associate", "en", "staff"},
    {"Assistant to the CEO", "en", "staff"},
    {"Executive Assistant to the CEO & Founder", "en", "staff"},
    {"EA to CEO", "en", "staff"},
    {"Personal Assistant", "en", "staff"},
    {"Management Consultant", "en", "staff"},
    {"Advisor to the President", "en", "staff"},
    {"Software Engineer @ Owner.com", "en", "staff"},
    {"Buyer at President Hotels", "en", "staff"},
    {"Junior Product Manager", "en", "junior"},
    {"Jr. Analyst", "en", "junior"},
    {"Graduate Trainee", "en", "junior"},
    {"Marketing Intern", "en", "intern"},
    {"Intern adviseur", "nl", ""},
    {"Internal Auditor", "en", "staff"},
    {"Founder & CEO", "en", "owner"},
    {"Co-Founder", "en", "owner"},
    {"Owner/Operator", "en", "owner"},
    {"Partner", "en", "owner"},
    {"Managing Partner", "en", "owner"},
    {"Channel Partner", "en", ""},
    {"Office of the CEO", "en", ""},
    {"Former CEO", "en", ""},
    {"Headhunter", "en", ""},
    {"n/a", "en", ""},
    {"", "en", ""},
    {"???", "", ""},
    // Spanish
    {"Gerente de Compras", "es", "manager"},
    {"GERENTE DE COMPRAS", "", "manager"},
    {"Gerente General", "es", "c_level"},
    {"Director General", "es", "c_level"},
    {"Consejera Delegada", "es", "c_level"},
    {"Presidente", "es", "c_level"},
    {"Vicepresidenta de Ventas", "es", "vp"},
    {"Directora de Operaciones", "es", "director"},
    {"Subdirector Comercial", "es", "manager"},
    {"Subdirector General", "es", "director"},
    {"Director General Adjunto", "es", "director"},
    {"Director Adjunto", "es", "manager"},
    {"Jefe de Ventas", "es", "manager"},
    {"Jefa de Departamento", "es", "head"},
    {"Responsable de Compras", "es", "manager"},
    {"Técnico de Mantenimiento", "es", "staff"},
    {"Ingeniera de Procesos", "es", "staff"},
    {"Asistente de Gerencia", "es", "staff"},
    {"Asistente del Director General", "es", "staff"},
    {"Secretaria de Dirección General", "es", "staff"},
    {"Becario de Marketing", "es", "intern"},
    {"Propietario", "es", "owner"},
    {"Dueña y Gerente", "es", "owner"},
    {"Socio Director", "es", "owner"},
    // Portuguese
    {"Gerente de Compras", "pt-BR", "manager"},
    {"Sócio-gerente", "pt", "owner"},
    {"So\xCC\x81"
     "cio Gerente",
     "pt", "owner"},
    {"Sócia-Proprietária", "pt", "owner"},
    {"Diretor Presidente", "pt", "c_level"},
    {"Diretora Geral", "pt", "c_level"},
    {"Vice-presidente", "pt", "vp"},
    {"Diretor de Suprimentos", "pt", "director"},
    {"Gerente Geral", "pt", "director"},
    {"Coordenadora de Vendas", "pt", "manager"},
    {"Assistente do Gerente", "pt", "staff"},
    {"Assistente da Diretoria", "pt", "staff"},
    {"Analista Sênior", "pt", "senior"},
    {"Analista de Compras Pleno", "pt", "staff"},
    {"Engenheiro Júnior", "pt", "junior"},
    {"Estagiária", "pt", "intern"},
    {"Comprador", "pt", "staff"},
    // German
    {"Geschäftsführer", "de", "c_level"},
    {"Geschaeftsfuehrer", "de", "c_level"},
    {"Geschäftsführerin (CEO)", "de", "c_level"},
    {"Stellvertretender Geschäftsführer", "de", "director"},
    {"Stellv. Ressortleiterin Einkauf", "de", "manager"},
    {"Stellvertreter des Vorstands", "de", "staff"},
    {"Geschäftsführer:in", "de", "c_level"},
    {"Geschäftsführender Gesellschafter", "de", "owner"},
    {"Inhaberin", "de", "owner"},
    {"Mitglied der Geschäftsleitung", "de", "c_level"},
    {"Vorstandsvorsitzender", "de", "c_level"},
    {"GF", "de", "c_level"},
    {"GF", "en", ""},
    {"Bereichsleiter Einkauf", "de", "director"},
    {"Prokurist", "de", "director"},
    {"Vertriebsdirektor", "de", "director"},
    {"Leiter Einkauf", "de", "head"},
    {"Leiterin der IT", "de", "head"},
    {"Leitung Vertrieb", "de", "head"},
    {"Vertriebsleiter", "de", "head"},
    {"IT-Leiter (m/w/d)", "de", "head"},
    {"Teamleiterin Vertrieb", "de", "manager"},
    {"Projektmanager", "de", "manager"},
    {"Assistentin der Geschäftsführung", "de", "staff"},
    {"Assistenz der Geschäftsleitung", "de", "staff"},
    {"Vorstandssekretärin", "de", "staff"},
    {"Sachbearbeiter Einkauf", "de", "staff"},
    {"Softwareentwickler", "de", "staff"},
    {"Referentin des Vorstands", "de", "staff"},
    {"Werkstudent Marketing", "de", "intern"},
    {"Auszubildende", "de", "intern"},
    // French
    {"Directrice Générale", "fr", "c_level"},
    {"Directeur général adjoint", "fr", "director"},
    {"PDG", "fr", "c_level"},
    {"Président-directeur général", "fr", "c_level"},
    {"DG", "fr", "c_level"},
    {"Vice-présidente", "fr", "vp"},
    {"Directeur des Achats", "fr", "director"},
    {"Directeur commercial adjoint", "fr", "manager"},
    {"DRH", "fr", "director"},
    {"Chef d'équipe", "fr", "manager"},
    {"Cheffe de projet", "fr", "manager"},
    {"Responsable Achats", "fr", "manager"},
    {"Chef de service", "fr", "head"},
    {"Assistante de direction", "fr", "staff"},
    {"Assistant du directeur général", "fr", "staff"},
    {"Chargé d'affaires", "fr", "staff"},
    {"Ingénieur", "fr", "staff"},
    {"Ingénieure senior", "fr", "senior"},
    {"Stagiaire", "fr", "intern"},
    {"Fondatrice", "fr", "owner"},
    {"Associé gérant", "fr", "owner"},
    // Italian
    {"Responsabile Acquisti", "it", "manager"},
    {"Amministratore Delegato", "it", "c_level"},
    {"Amministratore di sistema", "it", "staff"},
    {"AD", "it", "c_level"},
    {"Direttore Generale", "it", "c_level"},
    {"Direttrice Commerciale", "it", "director"},
    {"Dirigente", "it", "director"},
    {"Capo Reparto", "it", "manager"},
    {"Assistente del Direttore", "it", "staff"},
    {"Segretaria di Direzione", "it", "staff"},
    {"Impiegato commerciale", "it", "staff"},
    {"Tirocinante", "it", "intern"},
    {"Titolare", "it", "owner"},
    {"Socio fondatore", "it", "owner"},
};

TEST(TitleSeniorityTest, Titles) {
  static_assert(std::size(kCases) >= 120);
  Classifier classifier;
  for (const Case& c : kCases) {
    auto reading = classifier.Classify(c.title, c.language);
    std::string_view got = reading ? SeniorityName(reading->seniority) : "";
    EXPECT_EQ(got, c.seniority) << "\"" << c.title << "\" (" << c.language << "), by \""
                                << (reading ? reading->evidence : "") << "\"";
  }
}

TEST(TitleSeniorityTest, OverridesComeFirst) {
  Classifier classifier;
  classifier.Override("Gerente", Meaning::kDirector);
  classifier.Override("Chief of Staff", std::nullopt);
  classifier.Override("Head of Växt", Meaning::kVp);
  EXPECT_EQ(classifier.Classify("Gerente de Ventas", "es")->seniority, Meaning::kDirector);
  EXPECT_FALSE(classifier.Classify("Chief of Staff", "en").has_value());
  EXPECT_EQ(classifier.Classify("HEAD OF VÄXT", "en")->seniority, Meaning::kVp);
}

TEST(TitleSeniorityTest, FoldsCaseAccentsAndPunctuation) {
  EXPECT_EQ(FoldedText("Größe, ÇA  VA? Œuvre - Łódź"), "grosse ca va oeuvre lodz");
  EXPECT_EQ(FoldedText("C.E.O. Sr.Manager"), "ceo sr manager");
  EXPECT_EQ(FoldedText("\xFF\xC3"), "");
}

// No bytes may crash it, and the same bytes always give the same answer.
TEST(TitleSeniorityTest, AnyBytes) {
  Classifier classifier;
  uint32_t state = 12345;
  auto next = [&] { return (state = state * 1664525 + 1013904223) >> 16; };
  for (int i = 0; i < 3'000; ++i) {
    std::string title(kCases[next() % std::size(kCases)].title);
    for (int k = 0; k < 4; ++k) title.insert(next() % (title.size() + 1), 1, static_cast<char>(next()));
    auto a = classifier.Classify(title, "de");
    auto b = classifier.Classify(title, "de");
    ASSERT_EQ(a.has_value(), b.has_value());
    if (a) {
      ASSERT_EQ(a->evidence, b->evidence);
    }
  }
}

}  // namespace
}  // namespace title_seniority
