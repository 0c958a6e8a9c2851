"""Questions to everybody else: two or three to each of some thirty trades.

A house answers hardly any of them, so how near its articles come to them tells how near is near enough: see
``bounds.measured``. They stand in no set that the search is measured with.
"""

RUSSIAN = """
    кошка третий день ничего не ест, к кому обратиться
    сколько стоит кастрация кота
    щенок сгрыз тапок, не опасно ли это
    как записаться к кардиологу на завтра
    болит зуб, принимаете по субботам?
    можно ли пить антибиотик вместе с вином
    от чего помогает активированный уголь
    стучит подвеска на кочках, сколько будет ремонт
    когда менять зимнюю резину
    какое масло лить в коробку автомат
    сколько стоит осаго на мотоцикл
    попал в аварию, виновник уехал, что теперь
    сдаётся ли двушка возле метро с животными
    хозяйка не возвращает залог за комнату
    под какой процент дают ипотеку молодой семье
    хочу открыть вклад для пенсионера
    как подать декларацию за прошлый год
    где получить справку об отсутствии судимости
    сколько делают загранпаспорт ребёнку
    нужна ли виза во вьетнам на две недели
    рейс задержали на шесть часов, положена ли компенсация
    можно ли провезти скрипку в ручной клади
    во сколько последняя электричка до твери
    поменяйте мне нижнюю полку на верхнюю
    есть ли в номере чайник и утюг
    забронировать столик на четверых у окна
    как долго варить гречку
    чем заменить разрыхлитель в тесте
    привезли кислое молоко и мятые помидоры
    платье село после первой стирки, примете обратно?
    какой размер ботинок брать, если нога 26 сантиметров
    у дивана сломалась ножка через месяц
    за сколько соберёте кухню под потолок
    холодильник шумит и не морозит
    разбил экран телефона, почините сегодня?
    роутер мигает красным, интернета нет с утра
    сколько гигабайт в тарифе для планшета
    почему с номера списали за подписку, которой я не просил
    программа не запускается после обновления
    как поменять обои на рабочем столе
    принтер печатает пустые листы
    в какой класс возьмут ребёнка в шесть лет
    как встать в очередь в детский сад
    какие баллы нужны на юридический
    когда начинается сессия у заочников
    сколько стоят билеты на щелкунчик
    работает ли музей в понедельник
    есть ли в зале сауна и полотенца
    нужна ли справка в бассейн
    запишите меня на стрижку и окрашивание
    сколько держится гель-лак
    когда обрезать яблони
    почему желтеют листья у фикуса
    будет ли завтра дождь в самаре
    кто построил исаакиевский собор
    сколько километров от земли до луны
    как разделить квартиру при разводе
    сосед сверлит по ночам, куда жаловаться
    когда дадут отопление
    как передать показания счётчика воды
    сколько лет стажа нужно для пенсии
    призывают ли в армию с плоскостопием
    водитель такси нахамил и уехал с моей сумкой
    курьер не дозвонился и увёз цветы обратно
    до какого числа вернуть книги в библиотеку
    ищу работу бухгалтером на полдня
    как вырастить рассаду перца на окне
    кто выиграл вчера хоккей
    как пройти второй уровень с драконом
    хочу отдать вещи в приют для собак
    сколько человек влезает в ваш теплоход
    почему рыба не клюёт в полнолуние
"""
ENGLISH = """
    my cat has not eaten for three days, who should i call
    how much is it to neuter a dog
    is chocolate dangerous for a puppy
    can i see a heart doctor tomorrow morning
    my tooth hurts, are you open on saturdays?
    can i drink wine while i am on antibiotics
    what is aspirin good for
    the car makes a knocking noise over bumps
    when should i change to winter tires
    which oil goes into an automatic gearbox
    how much is insurance for a motorbike
    someone hit my car and drove off, what now
    do you rent two bedroom flats that allow pets
    the landlord will not give back my deposit
    what is the mortgage rate for first time buyers
    how do i file my tax return from last year
    where do i apply for a birth certificate
    how long does a passport for a child take
    do i need a visa for two weeks in vietnam
    my flight was six hours late, can i claim
    can i take a violin as hand luggage
    what time is the last train to oxford
    i would like to change my seat to the aisle
    is there a kettle and an iron in the room
    book me a table for four by the window
    how long do i boil rice
    what can i use instead of baking powder
    the milk you brought was sour and the tomatoes were squashed
    my dress shrank in the first wash, can i bring it back
    what shoe size am i if my foot is 26 cm
    the leg of the sofa broke after a month
    how long do you need to build a kitchen
    the fridge is noisy and does not freeze
    i cracked my phone screen, can you fix it today
    my router blinks red and there is no internet
    how many gigabytes are in the tablet plan
    why was i charged for a ringtone i never wanted
    the program does not start after the update
    how do i change the desktop wallpaper
    the printer prints blank pages
    at what age can my child start school
    how do i get a place in a nursery
    what grades do i need for law school
    when do exams start this term
    how much are tickets for the ballet
    is the museum open on mondays
    does the gym have a sauna and towels
    do i have to wear a cap in the pool
    i want a haircut and some color
    how long does nail polish last
    when should i prune apple trees
    why are the leaves of my plant yellow
    will it rain in denver tomorrow
    who built the eiffel tower
    how far is the moon from the earth
    who gets the house in a divorce
    my neighbor drills at night, where can i complain
    when will the heating be turned on
    how do i send in my water meter reading
    how many years must i work to get a pension
    the taxi driver was rude and left with my bag
    the florist delivered the wrong flowers
    when are these library books due
    i am looking for a part time accounting job
    how do i grow peppers on a window sill
    who won the game last night
    how do i beat the dragon on level two
    i want to give old clothes to a shelter
    how many people fit on your boat
    tell me a joke about fish
    what is the meaning of life
    set an alarm for seven
"""


def questions(text: str) -> list[str]:
    """One a line."""
    return [line.strip() for line in text.strip().splitlines()]
