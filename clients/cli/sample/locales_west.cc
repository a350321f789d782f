#include "cli/sample/locale.h"

namespace leadline::sample {
namespace {

using V = std::string_view;

// English -------------------------------------------------------------------
constexpr V kEnGiven[] = {"James",     "Mary",   "Robert", "Patricia", "William", "Jennifer", "Michael",
                          "Elizabeth", "Thomas", "Susan",  "Charles",  "Jessica", "Andrew",   "Karen",
                          "Joshua",    "Nancy",  "Kevin",  "Margaret", "Brian",   "Emily",    "George",
                          "Olivia",    "Edward", "Grace",  "Samuel",   "Hannah"};
constexpr V kEnFamily[] = {"Smith",  "Johnson", "Walker", "Harris",   "Turner",  "Cooper",   "Bennett",  "Foster",
                           "Hughes", "Parker",  "Morgan", "Bailey",   "Reed",    "Murphy",   "Sullivan", "Ward",
                           "Watson", "Brooks",  "Bryant", "Hamilton", "Graham",  "Wallace",  "Fisher",   "Marshall",
                           "Hunter", "Palmer",  "Stone",  "Webster",  "O'Brien", "Sinclair", "Fletcher", "Holloway"};
constexpr V kEnNick[] = {"James",  "Jim",       "Robert",   "Bob",     "William", "Bill",     "Michael",
                         "Mike",   "Elizabeth", "Liz",      "Thomas",  "Tom",     "Margaret", "Peggy",
                         "Andrew", "Andy",      "Jennifer", "Jen",     "Edward",  "Ted",      "Samuel",
                         "Sam",    "Patricia",  "Pat",      "Charles", "Charlie", "Joshua",   "Josh"};
constexpr V kEnChief[] = {"Chief Executive Officer", "CEO", "Chief Operating Officer", "CTO", "Managing Director"};
constexpr V kEnVice[] = {"Vice President", "VP"};
constexpr V kEnDirector[] = {"Director", "Head"};
constexpr V kEnManager[] = {"Manager", "Team Lead"};
constexpr V kEnSpecialist[] = {"Analyst", "Specialist", "Coordinator"};
constexpr V kEnFunctions[] = {"of Purchasing", "of Marketing", "of IT", "of Operations", "of Sales", "of Finance"};
constexpr V kEnSectors[] = {"Industries", "Software", "Logistics", "Construction",
                            "Health",     "Retail",   "Energy",    "Consulting"};
constexpr V kEnForms[] = {"Inc.", "Ltd", "LLC", "Group"};
constexpr Country kEnCountries[] = {{"US", "en-US", "+1 212 nxx xxxx", ""},
                                    {"GB", "en-GB", "+44 20 7nxx xxxx", "0"},
                                    {"IE", "en-IE", "+353 1 nxx xxxx", "0"}};

// Spanish -------------------------------------------------------------------
constexpr V kEsGiven[] = {"José",  "María",  "Antonio", "Carmen", "Francisco", "Ana",    "Manuel", "Isabel", "Javier",
                          "Laura", "Carlos", "Lucía",   "Miguel", "Marta",     "Rafael", "Elena",  "Pedro",  "Cristina",
                          "Ángel", "Sofía",  "Luis",    "Paula",  "Jorge",     "Raquel", "Andrés", "Beatriz"};
constexpr V kEsFamily[] = {"García",  "Fernández", "González",  "Rodríguez", "López",  "Martínez",  "Sánchez", "Pérez",
                           "Gómez",   "Jiménez",   "Ruiz",      "Hernández", "Díaz",   "Moreno",    "Álvarez", "Muñoz",
                           "Romero",  "Alonso",    "Gutiérrez", "Navarro",   "Torres", "Domínguez", "Vázquez", "Ramos",
                           "Serrano", "Blanco",    "Molina",    "Castro",    "Ortega", "Delgado",   "Ibáñez",  "Peña"};
constexpr V kEsNick[] = {"José",     "Pepe",   "Francisco", "Paco",   "Manuel", "Manolo", "Antonio",
                         "Toño",     "Isabel", "Isa",       "Javier", "Javi",   "Rafael", "Rafa",
                         "Cristina", "Cris",   "Beatriz",   "Bea",    "Miguel", "Miki"};
constexpr V kEsChief[] = {"Director General", "Consejero Delegado", "CEO", "Presidente"};
constexpr V kEsVice[] = {"Vicepresidente", "Subdirector General"};
constexpr V kEsDirector[] = {"Director", "Directora"};
constexpr V kEsManager[] = {"Gerente", "Jefe", "Jefa", "Responsable"};
constexpr V kEsSpecialist[] = {"Técnico", "Analista", "Especialista"};
constexpr V kEsFunctions[] = {"de Compras",     "de Marketing", "de Sistemas",
                              "de Operaciones", "de Ventas",    "de Finanzas"};
constexpr V kEsSectors[] = {"Industrias", "Software",  "Logística", "Construcciones",
                            "Salud",      "Comercial", "Energía",   "Consultores"};
constexpr V kEsForms[] = {"S.A.", "S.L.", "S.L.U."};
constexpr Country kEsCountries[] = {{"ES", "es-ES", "+34 6nx xxx xxx", ""},
                                    {"MX", "es-MX", "+52 55 nxxx xxxx", ""},
                                    {"CO", "es-CO", "+57 310 nxx xxxx", ""},
                                    {"CL", "es-CL", "+56 9 nxxx xxxx", ""}};

// Portuguese ----------------------------------------------------------------
constexpr V kPtGiven[] = {"João",     "Maria",   "Pedro",   "Ana",      "Paulo",   "Fernanda", "Lucas",
                          "Juliana",  "Rafael",  "Camila",  "Tiago",    "Beatriz", "Bruno",    "Mariana",
                          "Gustavo",  "Larissa", "Rodrigo", "Patrícia", "André",   "Inês",     "Marcelo",
                          "Catarina", "Felipe",  "Luísa",   "Vinícius", "Sônia"};
constexpr V kPtFamily[] = {"Silva",    "Santos",  "Oliveira", "Souza",    "Pereira", "Lima",     "Carvalho",
                           "Ferreira", "Ribeiro", "Almeida",  "Costa",    "Gomes",   "Martins",  "Araújo",
                           "Barbosa",  "Rocha",   "Dias",     "Nunes",    "Moreira", "Teixeira", "Correia",
                           "Cardoso",  "Mendes",  "Lopes",    "Freitas",  "Vieira",  "Monteiro", "Gonçalves",
                           "Batista",  "Duarte",  "Azevedo",  "Magalhães"};
constexpr V kPtNick[] = {"João",    "Joãozinho", "Pedro",    "Pedrinho", "Fernanda", "Nanda",  "Beatriz",
                         "Bia",     "Gustavo",   "Guga",     "Rodrigo",  "Digo",     "Felipe", "Lipe",
                         "Juliana", "Ju",        "Patrícia", "Paty",     "Rafael",   "Rafa"};
constexpr V kPtChief[] = {"Diretor Geral", "Diretor Executivo", "CEO", "Presidente"};
constexpr V kPtVice[] = {"Vice-Presidente", "Vice-Diretor"};
constexpr V kPtDirector[] = {"Diretor", "Diretora"};
constexpr V kPtManager[] = {"Gerente", "Coordenador", "Coordenadora", "Chefe"};
constexpr V kPtSpecialist[] = {"Analista", "Técnico", "Assistente"};
constexpr V kPtFunctions[] = {"de Compras", "de Marketing", "de TI", "de Operações", "de Vendas", "de Finanças"};
constexpr V kPtSectors[] = {"Indústria", "Sistemas", "Logística", "Construções",
                            "Saúde",     "Comércio", "Energia",   "Consultoria"};
constexpr V kPtForms[] = {"Ltda", "S.A.", "Lda"};
constexpr Country kPtCountries[] = {{"BR", "pt-BR", "+55 11 9 8xxx xxxx", "0"},
                                    {"PT", "pt-PT", "+351 91x xxx xxx", ""}};

// French --------------------------------------------------------------------
constexpr V kFrGiven[] = {"Jean",    "Marie",     "Pierre",   "Nathalie",  "Michel", "Isabelle", "Philippe",
                          "Sylvie",  "Nicolas",   "Céline",   "Julien",    "Sophie", "Thomas",   "Camille",
                          "Antoine", "Élodie",    "François", "Hélène",    "Benoît", "Aurélie",  "Mathieu",
                          "Claire",  "Sébastien", "Chloé",    "Guillaume", "Manon"};
constexpr V kFrFamily[] = {"Martin", "Bernard",  "Dubois",    "Moreau",  "Laurent",  "Lefèvre",  "Roux",     "Fournier",
                           "Girard", "Bonnet",   "Dupont",    "Lambert", "Fontaine", "Rousseau", "Blanchet", "Guérin",
                           "Boyer",  "Garnier",  "Chevalier", "Faure",   "Mercier",  "Perrin",   "Morel",    "Gauthier",
                           "Renaud", "Marchand", "Picard",    "Barbier", "Brunet",   "Lacroix",  "Colin",    "Vidal"};
constexpr V kFrNick[] = {"Nicolas",  "Nico", "Philippe",  "Phil",   "Sébastien", "Séb",
                         "Mathieu",  "Mat",  "Guillaume", "Guigui", "Isabelle",  "Isa",
                         "Nathalie", "Nath", "Antoine",   "Tonio",  "Aurélie",   "Lili"};
constexpr V kFrChief[] = {"Directeur Général", "PDG", "Président", "Gérant"};
constexpr V kFrVice[] = {"Vice-Président", "Directeur Général Adjoint"};
constexpr V kFrDirector[] = {"Directeur", "Directrice"};
constexpr V kFrManager[] = {"Responsable", "Chef de service", "Manager"};
constexpr V kFrSpecialist[] = {"Chargé", "Analyste", "Technicien"};
constexpr V kFrFunctions[] = {"des Achats", "Marketing", "Informatique", "des Opérations", "des Ventes", "Finances"};
constexpr V kFrSectors[] = {"Industries", "Logiciels",    "Logistique", "Bâtiment",
                            "Santé",      "Distribution", "Énergie",    "Conseil"};
constexpr V kFrForms[] = {"SARL", "SAS", "SA"};
constexpr Country kFrCountries[] = {{"FR", "fr-FR", "+33 1 4n xx xx xx", "0"}, {"BE", "fr-BE", "+32 2 nxx xx xx", "0"}};

constexpr Locale kWest[] = {
    {"en",
     0.26,
     kEnCountries,
     kEnGiven,
     kEnFamily,
     kEnNick,
     {{kEnChief, kEnVice, kEnDirector, kEnManager, kEnSpecialist}, kEnFunctions},
     kEnSectors,
     kEnForms},
    {"es",
     0.18,
     kEsCountries,
     kEsGiven,
     kEsFamily,
     kEsNick,
     {{kEsChief, kEsVice, kEsDirector, kEsManager, kEsSpecialist}, kEsFunctions},
     kEsSectors,
     kEsForms},
    {"pt",
     0.14,
     kPtCountries,
     kPtGiven,
     kPtFamily,
     kPtNick,
     {{kPtChief, kPtVice, kPtDirector, kPtManager, kPtSpecialist}, kPtFunctions},
     kPtSectors,
     kPtForms},
    {"fr",
     0.10,
     kFrCountries,
     kFrGiven,
     kFrFamily,
     kFrNick,
     {{kFrChief, kFrVice, kFrDirector, kFrManager, kFrSpecialist}, kFrFunctions},
     kFrSectors,
     kFrForms},
};

}  // namespace

std::span<const Locale> LocalesWest() { return kWest; }

}  // namespace leadline::sample
